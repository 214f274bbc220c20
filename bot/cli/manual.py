"""The manual page, docs/quietfeed.1, made from the command line itself: what `man quietfeed` shows.

It says the same under every Python and on every terminal, so it can be held against the sources: that is why the help
that argparse lays out is not taken over.
"""

import argparse
import re
from collections.abc import Iterator
from itertools import groupby

from bot import __version__
from bot.cli.parser import CLOSING, OPENING, build
from bot.cli.parser.verbs import CONFIG_HELP

SECTIONS = """\
.SH ENVIRONMENT
.TP
.B QUIETFEED_CONFIG
The config, where no \\fB\\-\\-config\\fR names one.
.TP
.B QUIETFEED_CONFIG_YAML
The text of the config, for hosts that keep no files.
.TP
.B QUIETFEED_STATE_DIR
Where the login, the store and the reports are kept; else
.I ~/.local/state/quietfeed
or what the system has in its place.
.TP
.B DATABASE_URL
The database in place of a file: PostgreSQL's address, or SQLite's.
.TP
\\fBQUIETFEED_\\fIPROFILE\\fB_TOKEN\\fR, \\fBQUIETFEED_\\fIPROFILE\\fB_APP_PASSWORD
The login of a profile on Mastodon, or on Bluesky, in place of \\fBquietfeed login\\fR.
.TP
.B NO_COLOR
No colours.
.TP
.B QUIETFEED_TRACEBACK
Show all of a fault in quietfeed itself.
.SH FILES
.TP
.I config.yaml
The config, here, or in
.IR ~/.config/quietfeed .
.TP
.I ~/.local/state/quietfeed
The login, the store and the reports, for their owner alone.
.SH EXIT STATUS
0 done; 1 a failure of network, disk or server; 2 a mistake that you can mend; 130 interrupted.
.SH SEE ALSO
The pages under
.I https://github.com/quietfeed/quietfeed/tree/main/docs
"""


MEANT = {ord(letter): code for letter, code in zip("\\-'`~^", r"\e \- \(aq \(ga \(ti \(ha".split(), strict=True)}
"""Letters that roff would take for a sign, or set as another one."""
OPTIONAL = ("?", "*", argparse.PARSER)


def manual() -> str:
    """The whole page, as roff."""
    parser = build()
    verbs = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    lines = [
        f'.TH QUIETFEED 1 "" "quietfeed {__version__}" "User Commands"',
        ".nh\n.ad l",  # what is typed is not to be broken or stretched
        ".SH NAME",
        r"quietfeed \- quiets accounts on Mastodon and Bluesky that only broadcast links",
        ".SH SYNOPSIS",
        *_synopsis(parser, "quietfeed"),
        ".SH DESCRIPTION",
        _paragraphs(f"{OPENING}\n\n{CLOSING}"),
        ".SH OPTIONS",
        *_options(parser),
        ".SH VERBS",
    ]
    for name, verb in verbs.choices.items():
        lines += [f".SS {_safe(name)}", *_synopsis(verb, f"quietfeed {name}")]
        lines += [".PP", _paragraphs(verb.description or ""), *_options(verb)]
    return "\n".join(lines) + "\n" + SECTIONS


def _synopsis(parser: argparse.ArgumentParser, program: str) -> Iterator[str]:
    """How it is typed, the options first."""
    yield f".B {_safe(program)}"
    for action in _told(parser):
        named = rf"\fB{_safe(action.option_strings[-1])}\fR" if action.option_strings else ""
        shown = named + _value(action) if named else _place(action)
        yield f"[{shown}]" if named or action.nargs in OPTIONAL else shown


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Each option and argument with what it means; where nothing more is to be said, the synopsis is all."""
    for action in _told(parser):
        if action.help:
            names = ", ".join(rf"\fB{_safe(name)}\fR{_value(action)}" for name in action.option_strings)
            meaning = action.help % vars(action)
            yield from (".TP", names or _place(action), _line(meaning[0].upper() + meaning[1:]))


def _told(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Options, then arguments, without those that every verb has."""
    actions = (one for one in parser._actions if not isinstance(one, argparse._HelpAction))
    here = [one for one in actions if one.help != CONFIG_HELP or one.default is not argparse.SUPPRESS]
    return sorted(here, key=lambda action: not action.option_strings)


def _value(action: argparse.Action) -> str:
    """What follows an option."""
    return f" {_place(action)}" if action.nargs != 0 else ""


def _place(action: argparse.Action) -> str:
    """What stands in an argument's place: its name, else its choices."""
    if action.choices and action.metavar is None:
        place = "|".join(rf"\fB{_safe(str(choice))}\fR" for choice in action.choices)
    else:
        place = rf"\fI{_safe(str(action.metavar or action.dest.upper()))}\fR"
    return place + (" ..." if action.nargs in ("*", "+", argparse.PARSER) else "")


def _paragraphs(text: str) -> str:
    """Running text filled, indented lines as they stand."""
    blocks = []
    for laid_out, lines in groupby(text.splitlines(), key=lambda line: line.startswith("  ") if line else None):
        if laid_out is not None:
            shown = "\n".join(map(_line, lines))
            blocks.append(f".EX\n{shown}\n.EE" if laid_out else shown)
    return "\n.PP\n".join(blocks)


def _line(text: str) -> str:
    """A line of text, which is no request whatever it begins with."""
    return re.sub(r"^(?=[.'])", r"\\&", _safe(text))


def _safe(text: str) -> str:
    """Text in which nothing means anything to roff, in ASCII."""
    plain = text.translate(MEANT)
    return re.sub(r"[^\x00-\x7f]", lambda found: rf"\[u{ord(found[0]):04X}]", plain)
