"""`capture`: accounts' own feeds in a file, as they are or made fit to be shown."""

import argparse
import gzip
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from os.path import isfile
from pathlib import Path

from bot import archive
from bot.anonymise import anonymised, differences
from bot.cli import wiring
from bot.cli.archive import config_or_shipped
from bot.cli.terminal import say
from bot.config import Config, default_config
from bot.errors import UserError
from bot.handles import parse, parsed
from bot.judging import rules
from bot.model import History
from bot.platforms.base import LoginNeeded, Platform
from bot.report.escape import handle, terminal
from bot.service import feeds
from bot.store import Store, kept_feed

READ_IT = """\
Read it before you show it to anybody: times of day, counts, well-known sites and words of advertising are still the
account's. `quietfeed capture --help` lists what stays."""


def capture(arguments: argparse.Namespace) -> int:
    """Write accounts as a server shows them, or as files hold them; one that cannot be had costs that one."""
    if not (arguments.handles or arguments.files):
        raise UserError("whom? Name a HANDLE, or a file that was captured before: --from FILE")
    if not arguments.files and (mistaken := next((typed for typed in arguments.handles if isfile(typed)), "")):
        raise UserError(f"{mistaken} is a file. To take accounts from it: --from {mistaken}")
    if arguments.output != "-" and Path(arguments.output).exists() and not arguments.force:
        raise UserError(f"{arguments.output} is there already. Choose another name, or replace it: --force")
    config = config_or_shipped(arguments) if arguments.files else wiring.config(arguments)
    codes: list[int] = []
    found = _in_files(arguments, config, codes) if arguments.files else _on_server(arguments, config, codes)
    lines = list(_shown(found, config, codes) if arguments.anonymise else map(archive.dump, found))
    if lines:
        _write(lines, arguments.output)
        if arguments.anonymise:
            say(READ_IT, file=sys.stderr)
    return max(codes, default=0)


def _tell(words: str) -> None:
    say(terminal(words), file=sys.stderr)


def _cost(words: str, code: int, codes: list[int]) -> None:
    """Something that costs one account."""
    _tell(f"quietfeed: {words}")
    codes.append(code)


def _on_server(arguments: argparse.Namespace, config: Config, codes: list[int]) -> Iterator[History]:
    """The accounts as the owner's server shows them."""
    profile = wiring.one(config, arguments.profile)
    with wiring.opened(config, exclusive=False) as store, wiring.connected(profile) as platform:
        for typed in arguments.handles:
            try:
                history = as_judged(typed, profile.name, platform, store, config, datetime.now(UTC))
            except LoginNeeded:
                raise  # nobody else can be asked for either
            except UserError as fault:
                _cost(str(fault) if typed in str(fault) else f"{typed}: {fault}", fault.exit_code, codes)
                continue
            _tell(f"{handle(history.account)}: {len(history.posts)} posts{_lacking(history)}")
            yield history


def as_judged(typed: str, profile: str, platform: Platform, store: Store, config: Config, now: datetime) -> History:
    """What the daemon would judge the account by, if it read its feed now: with what its own server told before."""
    account = platform.find(typed)
    known = store.own_feed(profile, account.id)
    read = feeds.read(platform, account, now - config.window, config)
    kept = kept_feed(feeds.joined(read, known.feed if known else None, now), now)
    whole = feeds.reach_of(profile, platform.name, store, kept)
    return feeds.history_of(kept, platform.name, {}, config, whole)


def _lacking(history: History) -> str:
    """What the file will not tell `judge`: that some posts are missing."""
    if not history.complete:
        return "; more could not be read, and the daemon would judge nothing by so few"
    if history.replies_known_since is None:
        return ""
    return (
        f"; your server may lack answers from before {history.replies_known_since:%d %b %Y}, and `judge` will take"
        " their lack for silence"
    )


def _in_files(arguments: argparse.Namespace, config: Config, codes: list[int]) -> Iterator[History]:
    """The accounts that files hold: all, or those that are named."""
    wanted = {parsed(typed): typed for typed in arguments.handles}
    missing = dict(wanted)
    for name in arguments.files:
        with archive.opened(name) as lines:
            for item in archive.read(lines, config.lexicon):
                if isinstance(item, archive.Unreadable):
                    _cost(f"{name}:{item.line}: {item.reason}", 1, codes)
                    continue
                called = parse(item.account.handle) or item.account.handle
                missing.pop(called, None)
                if not wanted or called in wanted:
                    yield item
    for typed in missing.values():
        _cost(f"{typed}: not in {', '.join(arguments.files)}", 2, codes)


def _shown(found: Iterable[History], config: Config, codes: list[int]) -> Iterator[str]:
    """The lines of accounts made fit to be shown; left out is which would be judged otherwise."""
    judges = (config, default_config())
    for number, history in enumerate(found, 1):
        (before,) = _as_read(history)
        new = anonymised(before, [judge.lexicon for judge in judges], number)
        (after,) = _as_read(new)
        if differing := _differing(before, after, judges):
            _cost(
                f"{history.account.handle}: not written, for under other names it would read otherwise: {differing}."
                " Please report that, with the names of the signals alone",
                1,
                codes,
            )
        else:
            _tell(f"{handle(history.account)}: now {after.account.handle}")
            yield archive.dump(new)


def _as_read(history: History) -> list[History]:
    """The history as whoever gets the file will read it."""
    return [item for item in archive.read([archive.dump(history)]) if isinstance(item, History)]


def _differing(before: History, after: History, judges: Iterable[Config]) -> str:
    """Which signals read otherwise by somebody's rules, or what comes of it; "" where all is the same."""
    found: dict[str, str] = {}
    for judge in judges:
        one, other = (replace(history, lexicon=judge.lexicon) for history in (before, after))
        found |= {name: f"{name} {was} -> {now}" for name, was, now in differences(one, other)}
        was, now = (rules.judge(history, judge.rules, judge.minimum) for history in (one, other))
        if not found and (was.rule, was.step, was.rules) != (now.rule, now.step, now.rules):
            found["rule"] = f"rule {was.rule} -> {now.rule}"
    return ", ".join(found.values())


def _write(lines: Iterable[str], name: str) -> None:
    if name == "-":
        sys.stdout.writelines(f"{line}\n" for line in lines)
        return
    path = Path(name)
    opener = gzip.open if path.suffix == ".gz" else open
    path.touch(mode=0o600)
    with opener(path, "wt", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
