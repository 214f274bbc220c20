// Starts a whole Bluesky network in memory, PostgreSQL and Redis, and says READY with its addresses as JSON.
//
// It is led by lines on stdin: `settle` is answered with SETTLED once the AppView has indexed everything written
// so far. It ends when stdin ends, so it never outlives the process that started it.
import readline from 'node:readline'
import { TestNetwork } from '@atproto/dev-env'

const port = (name) => Number(process.env[`${name}_PORT`])
const appview = port('APPVIEW')
const network = await TestNetwork.create({
  dbPostgresSchema: process.env.DB_POSTGRES_SCHEMA,
  plc: { port: port('PLC') },
  pds: {
    port: port('PDS'),
    hostname: 'localhost',
    enableDidDocWithSession: true,
    ...(process.env.PDS_RATE_LIMITS ? { rateLimitsEnabled: true } : {}),
  },
  bsky: { port: appview, publicUrl: `http://localhost:${appview}` },
  ozone: { port: port('OZONE'), chatUrl: `http://localhost:${port('CHAT')}`, chatDid: 'did:example:chat' },
  introspect: { port: port('INTROSPECT') },
})

let closing = false
async function close() {
  if (closing) return
  closing = true
  setTimeout(() => process.exit(0), 5000).unref()
  try {
    await network.close()
  } catch (fault) {
    console.error('close:', fault?.message)
  }
  process.exit(0)
}
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, close)

const lines = readline.createInterface({ input: process.stdin })
lines.on('close', close)
lines.on('line', async (line) => {
  if (line.trim() !== 'settle') return
  try {
    await network.processAll()
    console.log('SETTLED')
  } catch (fault) {
    console.log('UNSETTLED', String(fault?.message).replaceAll('\n', ' '))
  }
})

console.log('READY', JSON.stringify({ pds: network.pds.url, appview: network.bsky.url, appviewDid: network.bsky.serverDid }))
