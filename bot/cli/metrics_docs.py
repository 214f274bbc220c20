"""docs/metrics.md: the page for monitors, each metric by its meaning, and alerts to begin with."""

from bot.report.metrics import ALL, Metric

HEAD = """
# Metrics and the health page

The daemon tells monitors how it fares, once the config names an address:

```yaml
metrics:
  listen: 127.0.0.1:9464
```

Saved, that is taken up by the running daemon. Then `http://127.0.0.1:9464/metrics` is for Prometheus, and
`http://127.0.0.1:9464/healthz` says whether all is well: 200 where it is, or where something fails beside the work; 503
where the work stands still. It answers with the line of `quietfeed status --check`, and with that as JSON (`state`,
`code`, `reason`) where `Accept: application/json` asks for it. One judgement is behind all of them:
[operating.md](operating.md) tells what counts as well.

- **Only this machine reaches it.** The page has no password and no encryption, so an address that others could reach is
  refused. To let Prometheus in from elsewhere, put a reverse proxy with both before it, which sends `Host: 127.0.0.1`:
  under any other name the page says nothing, so that no web page in a browser here can read it.
- In a container it is reached from containers that share its network (`network_mode: "service:quietfeed"`).
- It names no account, and nothing that anybody posted. The reason may name your server.
- Nothing is counted while nobody asks. Counters begin at 0 when the daemon starts.
- Where the address is taken, the log and `quietfeed doctor` say so, and the sweeps go on without.

```yaml
scrape_configs:
  - job_name: quietfeed
    scrape_interval: 1m
    static_configs: [{targets: ["127.0.0.1:9464"]}]
```
"""
ALERTS = """\
groups:
  - name: quietfeed
    rules:
      - {alert: QuietfeedGone, expr: 'absent(quietfeed_build_info)', for: 15m}
      - {alert: QuietfeedStandsStill, expr: 'quietfeed_health >= 2', for: 30m}
      - {alert: QuietfeedNotReading, expr: 'time() - quietfeed_last_read_timestamp_seconds > 3 * 3600'}
      - {alert: QuietfeedFails, expr: 'quietfeed_trouble == 1', for: 6h}
      - {alert: QuietfeedMissesPosts, expr: 'increase(quietfeed_gaps_total[1d]) > 0'}
"""


def metrics_page() -> str:
    """The page, without its first line."""
    rows = "\n".join(_row(metric) for metric in ALL)
    table = f"| metric | kind | labels | meaning |\n|---|---|---|---|\n{rows}\n"
    return f"{HEAD}\n## Alerts\n\nTo begin with:\n\n```yaml\n{ALERTS}```\n\n## The metrics\n\n{table}"


def _row(metric: Metric) -> str:
    labels = ", ".join(f"`{label}`" for label in metric.labels)
    return f"| `{metric.name}` | {metric.kind} | {labels} | {metric.help} |"
