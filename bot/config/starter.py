"""The first config of an owner: a short commented file with the shipped rules."""

import re
from collections.abc import Sequence

from bot.config.loading import example
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


INCLUDE = """\
# Shipped rules: gentle, standard or strict (docs/packs.md). Rules of your own under `rules:` come after them; one of
# the same name changes what it names.
include: {pack}
"""


def starter(
    platform: str,
    server: str | None = None,
    handle: str = "",
    name: str = "home",
    report_at: str = "08:00",
    bot_handle: str = "",
    report_also: Sequence[str] = (),
    pack: str = "",
) -> str:
    """A config for one login, which `load` accepts when platform, server and handle are what it allows; with the rules
    of a pack, or the shipped ones written out.

    Whatever they hold, they stay text: each is written as a quoted scalar on its own line.
    """
    lines = [f"  - name: {quoted(name)}", f"    platform: {quoted(platform)}"]
    lines += [f"    server: {quoted(server)}"] if server else []
    lines += [f"    handle: {quoted(handle)}"] if handle else []
    if platform == "bluesky":
        lines += _bluesky_report(bot_handle, report_also)
        lines += [
            "    # Mutes are private on Bluesky, but LISTS ARE PUBLIC: a rule that says `then: list` shows everybody",
            "    # whom you listed. Give such a rule `then: mute`, or `then: report`, if you mind.",
        ]
    elif report_also:
        lines += [_also(report_also)]
    head = HEAD.format(modeline=MODELINE, profile="\n".join(lines) + "\n", report_at=quoted(report_at))
    return head + (INCLUDE.format(pack=pack) if pack else shipped_rules())


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


def shipped_rules() -> str:
    """The section `rules:` of the example."""
    return rules_of(example())


def rules_of(text: str) -> str:
    """The section `rules:` of a config with the comments above it, up to the next section; a config without one gives
    nothing."""
    found = re.search(r"^(?:#[^\n]*\n)*rules:\n(?:(?:[ #][^\n]*)?\n)*", text, re.MULTILINE)
    return re.sub(r"\n(?:\n|#[^\n]*\n)*\Z", "\n", found[0]) if found else ""
