// Keeps every listening socket of this process on 127.0.0.1: the servers below would listen on every interface.
import net from 'node:net'

const HOST = '127.0.0.1'
const listen = net.Server.prototype.listen

net.Server.prototype.listen = function (first, ...rest) {
  const isPort = typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first))
  if (isPort && typeof rest[0] !== 'string') {
    const callback = rest.find((argument) => typeof argument === 'function')
    return listen.call(this, { port: Number(first), host: HOST }, callback)
  }
  if (first && typeof first === 'object' && 'port' in first && !first.host) {
    return listen.call(this, { ...first, host: HOST }, ...rest)
  }
  return listen.call(this, first, ...rest)
}
