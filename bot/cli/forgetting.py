"""`forget`: what is known of an account, removed for good."""

import argparse
import os
import sys

from bot.cli import wiring
from bot.cli.progress import watched
from bot.cli.terminal import agreed, say
from bot.config import state_dir
from bot.errors import UserError
from bot.model import Account
from bot.report.escape import terminal
from bot.report.figures import plural
from bot.service import forgetting, whom
from bot.service.sweep import Progress
from bot.store import Forgotten, Store


def forget(arguments: argparse.Namespace) -> int:
    """Forget an account, after asking; with --dry-run only say what that would come to."""
    config = wiring.config(arguments)
    profile = wiring.one(config, arguments.profile)
    with wiring.opened(config, exclusive=True) as store:
        account = whom.known(arguments.handle, profile, store)
        made = forgetting.plan(account, profile.name, store)
        if arguments.dry_run or not arguments.yes:
            would = _told(account, "would be", _done(made, profile.name, store, only_count=True))
            if arguments.dry_run:
                say(f"{would}\nNothing was changed: this is a dry run.")
                return 0
            _ask(would)
        forgotten = _done(made, profile.name, store, only_count=False)
    say(_told(account, "is", forgotten))
    return 0


def _done(made: forgetting.Plan, profile: str, store: Store, *, only_count: bool) -> Forgotten:
    folder = state_dir(os.environ) / "reports" / profile
    with watched(profile) as watch:

        def told(done: int, total: int) -> None:
            watch(Progress("judgings looked through", done, total))

        return forgetting.carry_out(made, profile, store, folder, told, only_count=only_count)


def _ask(would: str) -> None:
    """Go on only where the owner says so. Raises UserError where they do not."""
    if not sys.stdin.isatty():
        raise UserError(
            f"{would} It cannot be taken back, and there is no terminal to ask on: --yes does it all the same"
        )
    say(would)
    if not agreed("This cannot be taken back. Forget it?"):
        raise UserError("nothing is forgotten")


def _told(account: Account, tense: str, one: Forgotten) -> str:
    """What of an account went or would go, and what stays, in sentences."""
    return terminal(f"{account.handle} {tense} forgotten: {_went(one)}.{_stays(one)}")


def _went(one: Forgotten) -> str:
    """`its own feed, 120 items of your timeline, 4 decisions and plans`."""
    said = ["its own feed"] if one.feed else []
    said += [
        plural(many, *words)
        for many, words in (
            (one.items, ("item of your timeline", "items of your timeline")),
            (one.decisions, ("decision or plan", "decisions and plans")),
            (one.judgements, ("judgement of yours", "judgements of yours")),
            (one.reports, ("report that named it", "reports that named it")),
        )
        if many
    ]
    return ", ".join(said) or "no more than its name"


def _stays(one: Forgotten) -> str:
    """What stays, as a further sentence; empty where nothing does."""
    said = [
        words
        for many, words in (
            (one.words, "your word that protects it"),
            (one.dealings, "when you last answered or valued it"),
            (one.entries, f"{plural(one.entries, 'bare line', 'bare lines')} of the ledger"),
        )
        if many
    ]
    return f" What stays: {', '.join(said)}." if said else ""
