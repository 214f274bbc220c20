"""`adopt`: the owner's word on what stands on their account and is in no ledger: quietfeed's, or their own."""

import argparse
import json
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime

from bot import handles
from bot.cli import wiring
from bot.cli.terminal import say, table
from bot.config import Config, Profile
from bot.errors import UserError
from bot.model import Account
from bot.platforms.base import Quieted
from bot.report.data import moment
from bot.report.escape import terminal
from bot.report.figures import plural
from bot.report.shapes import AdoptedJson
from bot.report.tables import Table
from bot.service import finding, kept
from bot.store import Store


def adopt(arguments: argparse.Namespace) -> int:
    """Show what stands and is in no ledger, or take over what the owner names."""
    _refuse_contradictions(arguments)
    config = wiring.config(arguments)
    profile = wiring.one(config, arguments.profile)
    with ExitStack() as stack:
        store = stack.enter_context(wiring.opened(config, exclusive=False))
        if arguments.none:
            finding.answered(profile.name, store)
            if not arguments.json:
                say(f"{profile.name}: what is not marked is yours; you are not asked again")
            return 0
        platform = stack.enter_context(wiring.connected(profile))
        found = list(finding.unknown(profile.name, platform, store, config))
        wanted = found if arguments.all else _named(arguments.handles, found, profile, store)
        if wanted:
            _take_over(wanted, profile, store, config)
    _show(arguments, wanted or found, taken=bool(wanted))
    return 0


def _refuse_contradictions(arguments: argparse.Namespace) -> None:
    if bool(arguments.handles) + arguments.all + arguments.none > 1:
        raise UserError("adopt whom? Name HANDLEs, or --all, or --none: only one of them")


def _named(typed: Sequence[str], found: Sequence[Quieted], profile: Profile, store: Store) -> list[Quieted]:
    """What stands on the accounts named. Raises UserError where nothing does: then nothing at all is taken over."""
    own_host = kept.own_host(profile.name, store)
    wanted = []
    for one in typed:
        name = handles.whole(handles.parsed(one), own_host)
        met = [each for each in found if name in _names(each.account)]
        if not met:
            raise UserError(f"nothing stands on “{terminal(one)}” that could be taken over{_meant(one, found)}")
        wanted += [each for each in met if each not in wanted]
    return wanted


def _names(account: Account) -> set[str]:
    return {account.id, handles.key(account.handle), handles.key(account.url) if account.url else account.id}


def _meant(typed: str, found: Iterable[Quieted]) -> str:
    close = handles.close_to(typed, [one.account.handle for one in found])
    return f"; did you mean {' or '.join(map(terminal, close))}?" if close else ", or it is quietfeed's already"


def _take_over(wanted: Iterable[Quieted], profile: Profile, store: Store, config: Config) -> None:
    for one in wanted:
        finding.adopt(one, profile.name, store, config, datetime.now(UTC))
    finding.answered(profile.name, store)


def _show(arguments: argparse.Namespace, shown: Sequence[Quieted], *, taken: bool) -> None:
    if arguments.json:
        for one in shown:
            print(json.dumps(_data(one, taken), ensure_ascii=False))
    elif taken:
        for one in shown:
            say(terminal(f"{one.account.handle}: {_step(one)}: quietfeed's from now on"))
        say("each ends when its time is up, or a day from now where nobody says when; `quietfeed undo` is sooner")
    elif shown:
        print(table(Table(("handle", "step", "until"), tuple(map(_row, shown)))))
        say(
            f"{plural(len(shown), 'step stands', 'steps stand')} on your account and in no ledger: your own, or an "
            "earlier quietfeed's.\nTake over with `quietfeed adopt HANDLE …` or --all; --none says that all are yours."
        )
    else:
        say("nothing stands on your account that is not in the ledger")


def _row(one: Quieted) -> tuple[str, ...]:
    return one.account.handle, _step(one), (moment(one.until) or "")[:10]


def _step(one: Quieted) -> str:
    return f"list “{one.list_title}”" if one.list_title else one.step.replace("_", " ")


def _data(one: Quieted, taken: bool) -> AdoptedJson:
    return {
        "handle": terminal(one.account.handle),
        "step": one.step,
        "until": moment(one.until),
        "list": terminal(one.list_title) or None,
        "adopted": taken,
    }
