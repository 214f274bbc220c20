"""The first config of an owner: a short commented file that takes the shipped rules."""

import re
from collections.abc import Sequence

from bot.config.schema import MODELINE

HEAD = """{modeline}
# quietfeed's config. Every option: docs/configuration.md. Every signal: `quietfeed signals`.
# For help in your editor: quietfeed schema > config.schema.json
# No password or token belongs in here: `quietfeed login` keeps them apart.

# While this is true nothing on the network is changed: quietfeed only reports what it would do.
dry_run: true

profiles:
{profile}
report:
  # Local time, in quotes.
  at: {report_at}

trust:
  # Handles that are never touched, whatever they post. Quote what starts with @.
  keep: []

"""


RULES = """\
# The rules that come with quietfeed, so that better ones come with an upgrade: `quietfeed rules` shows them.
# gentle mutes few, for a week; standard mutes who only broadcasts links, and lists what is less clear; strict mutes
# these too. docs/rules.md tells each in numbers.
strictness: {strictness}
rules: shipped
# To change some, put a list in its place, and see by `quietfeed try` what comes of it:
# rules:
#   - use: shipped
#   - use: feed mirror          # one of them, and what differs
#     then: report
#   - remove: teaser feed       # one that is not for you
#   - name: nothing but links   # one of your own; `quietfeed signals` lists what can be measured
#     when:
#       link_share: {{at_least: 0.99}}
#       answered_people: {{at_most: 0}}
#     then: report
"""


def starter(
    platform: str,
    server: str | None = None,
    handle: str = "",
    name: str = "home",
    report_at: str = "08:00",
    bot_handle: str = "",
    report_also: Sequence[str] = (),
    strictness: str = "standard",
) -> str:
    """A config for one login, which `load` accepts when platform, server and handle are what it allows, with the
    shipped rules of that strictness.

    Whatever they hold, they stay text: each is written as a quoted scalar on its own line.
    """
    lines = [f"  - name: {quoted(name)}", f"    platform: {quoted(platform)}"]
    lines += [f"    server: {quoted(server)}"] if server else []
    lines += [f"    handle: {quoted(handle)}"] if handle else []
    if platform == "bluesky":
        lines += _bluesky_report(bot_handle, report_also)
        lines.append(
            "    # On Bluesky everybody can see who is on a list, and nobody whom you mute: what would list mutes."
        )
    elif report_also:
        lines += [_also(report_also)]
    head = HEAD.format(modeline=MODELINE, profile="\n".join(lines) + "\n", report_at=quoted(report_at))
    return head + RULES.format(strictness=strictness)


def _bluesky_report(bot_handle: str, report_also: Sequence[str]) -> list[str]:
    """How the report reaches an owner on Bluesky: by a second account, or not by the network at all."""
    also = [_also(report_also)] if report_also else []
    if bot_handle:
        return [f"    # It sends you the report.\n    bot_handle: {quoted(bot_handle)}", *also]
    return [
        "    # Nobody can message themselves on Bluesky, so the report waits in a file. To get it as a message,",
        '    # make a second account, put "direct" here and its handle under bot_handle; or name an address under',
        "    # report_also, which `quietfeed login --notify NAME` keeps.",
        "    report_via: file",
        *also,
    ]


def _also(ways: Sequence[str]) -> str:
    return f"    report_also: [{', '.join(quoted(way) for way in ways)}]"


def quoted(text: str) -> str:
    """A YAML scalar that is this text and nothing else: in double quotes, all but plain ASCII escaped."""
    plain = (c if " " <= c <= "~" and c not in '"\\' else f"\\U{ord(c):08X}" for c in text)
    return f'"{"".join(plain)}"'


def rules_of(text: str) -> str:
    """The section `rules:` of a config with the comments above it, up to the next section; a config without one gives
    nothing."""
    found = re.search(r"^(?:#[^\n]*\n)*rules:\n(?:(?:[ #][^\n]*)?\n)*", text, re.MULTILINE)
    return re.sub(r"\n(?:\n|#[^\n]*\n)*\Z", "\n", found[0]) if found else ""
