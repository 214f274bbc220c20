"""`keep`, `undo`, `confirm`, `ledger`: the owner's word on what is done."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from bot.actions.executor import Executor
from bot.actions.lifecycle import RecordedAction
from bot.actions.limits import found_by_rule
from bot.actions.recorded import recorded_actions
from bot.cli import wiring
from bot.cli.terminal import say, table
from bot.cli.whom import anywhere
from bot.clock import SystemClock
from bot.config import Config, Profile
from bot.config.credentials import Credentials
from bot.config.kinds import duration
from bot.errors import UserError
from bot.model import Entry, Event
from bot.platforms.base import told
from bot.report.data import entry_data, ledger_lines, moment
from bot.report.escape import terminal
from bot.report.shapes import KeptJson, UndoneJson
from bot.report.tables import Table
from bot.service import mode, recovering, whom, word
from bot.store import FeedbackKind, Store

OUTCOMES = {
    Event.UNDONE: "undone",
    Event.CANCELLED: "left alone, you muted it anew yourself",
    Event.LIFTING: "not undone yet, it still shows",
}
"""What `undo` says of what became of an action."""

BY: Mapping[FeedbackKind, str] = {"keep": "keep", "veto": "taken back"}
"""How an account came to be protected by name, as `keep` lists it."""


def ago(text: str) -> datetime:
    """The moment so long ago: `2d`."""
    span = duration(text)
    if span is None:
        raise UserError(f"--since {text}: write it as 12h, 2d or 1w")
    return datetime.now(UTC) - span


def keep(arguments: argparse.Namespace) -> int:
    """Protect accounts, end a protection, or list the protected."""
    config = wiring.config(arguments)
    profile = wiring.one(config, arguments.profile)
    now = datetime.now(UTC)
    with wiring.opened(config, exclusive=False) as store:
        for handle in arguments.handles:
            account = anywhere(handle, profile, store)
            if arguments.drop:
                dropped = word.unkeep(profile.name, account, store, config)
                was = "protected no longer" if dropped.was_protected else "was not protected"
                say(f"{terminal(account.handle)}: {was}")
                if dropped.by_config:
                    say(f"{terminal(account.handle)}: still kept by the config: remove it from `keep` under `trust`")
            else:
                word.keep(profile.name, account, arguments.why, store, now)
                say(f"{terminal(account.handle)}: kept, whatever the rules say")
        if not arguments.handles:
            _show_kept(arguments, profile, store, config)
    return 0


def _show_kept(arguments: argparse.Namespace, profile: Profile, store: Store, config: Config) -> None:
    rows = [(handle, "config", "", "") for handle in config.trust.keep]
    for kind in BY:
        for said in store.feedback(profile.name, kind).values():
            rows.append((said.account.handle, BY[kind], f"{said.at:%Y-%m-%d}", said.why))
    if arguments.json:
        told: list[KeptJson] = [{"handle": handle, "by": by, "since": day, "why": why} for handle, by, day, why in rows]
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        columns = ("handle", "by", "since", "why")
        print(table(Table(columns, tuple(rows))) if rows else "nobody is kept by name")


def undo(arguments: argparse.Namespace) -> int:
    """Take back the actions chosen; 1 where one could not be taken back."""
    if not (arguments.handles or arguments.since or arguments.rule or arguments.all):
        raise UserError("undo what? Name a HANDLE, or --since 2d, --rule NAME, --all; --dry-run shows it first")
    config = wiring.config(arguments)
    profile = wiring.one(config, arguments.profile)
    with wiring.opened(config, exclusive=False) as store:
        actions = recorded_actions(store, profile.name, dry=False)
        chosen = _chosen(arguments, actions, whom.of_actions(arguments.handles, profile, store, actions))
        if arguments.dry_run or not chosen:
            _show_undone(arguments, chosen, "would be undone" if chosen else "")
            return 0
        return take_back(chosen, profile, store, lambda action, became: _show_undone(arguments, [action], became))


def _chosen(arguments: argparse.Namespace, actions: Sequence[RecordedAction], named: set[str]) -> list[RecordedAction]:
    """The actions in force that fit every option given."""
    since = ago(arguments.since) if arguments.since else None
    return [
        action
        for action in actions
        if (action.in_force or action.unfinished)
        and (not named or action.account.id in named)
        and (since is None or action.plan.at >= since)
        and (not arguments.rule or action.plan.rule == arguments.rule)
    ]


def take_back(
    chosen: Sequence[RecordedAction],
    profile: Profile,
    store: Store,
    show: Callable[[RecordedAction, str], None],
    how: Callable[[Executor, RecordedAction], Event] = word.undo,
    secrets: Credentials | None = None,
) -> int:
    """Take actions back, and `show` what became of each; an exit code other than 0 where one could not be. `secrets`
    as in `wiring.connected`."""
    failed = 0
    with wiring.connected(profile, secrets=secrets) as platform:
        executor = word.undoer(profile.name, platform, store, SystemClock())
        for action in chosen:
            try:
                event = how(executor, action)
            except UserError as fault:
                words = f"{action.account.handle}: {told(fault, profile.name, by_hand=True)}"
                say(f"quietfeed: {terminal(words)}", file=sys.stderr)
                failed = max(failed, fault.exit_code)
            else:
                show(action, OUTCOMES[event])
                failed = max(failed, int(event is Event.LIFTING))
    if failed:
        say("quietfeed: what is left is taken back at the next sweep, or by the same command", file=sys.stderr)
    return failed


def in_a_line(action: RecordedAction, became: str) -> str:
    """`shop@market.test: mute by rule “links” of 2026-11-24: undone`."""
    done = f"{action.step.replace('_', ' ')} {_whose(action)} of {action.plan.at:%Y-%m-%d}"
    return terminal(f"{action.account.handle}: {done}: {became}")


def _show_undone(arguments: argparse.Namespace, actions: Sequence[RecordedAction], word: str) -> None:
    if arguments.json:
        for action in actions:
            undone: UndoneJson = {**entry_data(action.plan), "outcome": word}
            print(json.dumps(undone, ensure_ascii=False))
        return
    for action in actions:
        say(in_a_line(action, word))
    if not actions:
        left_alone = "; to have it left alone from now on: quietfeed keep HANDLE" if arguments.handles else ""
        say(f"nothing that quietfeed did fits: nothing to undo{left_alone}")


def _whose(action: RecordedAction) -> str:
    """By which rule it was done, or that the owner asked; or that it was found again, by which rule nobody knows."""
    if action.is_asked:
        return "that you asked for"
    return f"by “{action.plan.rule}”" if action.plan.rule else "found again"


def confirm(arguments: argparse.Namespace) -> int:
    """Take the present numbers of the rules for usual; with consent, end the first days of dry run, and the wait after
    a damage."""
    config = wiring.config(arguments)
    now = datetime.now(UTC)
    with wiring.opened(config, exclusive=False) as store:
        for profile in config.chosen(arguments.profile):
            many = found_by_rule(list(store.latest_judged(profile.name).values()))
            note = {"day": now.date().isoformat(), "rules": many}
            store.note(f"usual:{profile.name}", json.dumps(note))
            counts = ", ".join(f"“{rule}” {count}" for rule, count in many.items()) or "no rule finds anybody"
            say(terminal(f"{profile.name}: confirmed: {counts}"))
            if arguments.consent:
                say(f"{profile.name}: {_consent(profile.name, store, config, now)}")
    return 0


def _consent(profile: str, store: Store, config: Config, now: datetime) -> str:
    """End all that waits for the owner to have read the report; what that was, and what is left in the way."""
    waits = {
        "the wait since the store was damaged": recovering.held(profile, store),
        "the first days of dry run": bool(mode.first_days(profile, store, config, now)),
    }
    store.note(f"consent:{profile}", now.isoformat())
    recovering.release(profile, store)
    ended = " and ".join(words for words, waited in waits.items() if waited)
    over = (
        f"{ended} {'are' if waits['the first days of dry run'] else 'is'} over" if ended else "nothing waited for that"
    )
    left = mode.why_dry(profile, store, config, now)
    if left == mode.DRY_RUN:
        return f"{over}; set `dry_run: false` in the config as well"
    if left:
        return f"{over}; {left}; `quietfeed login {profile}` makes one that acts too"
    return f"{over}; actions begin with the next sweep" if ended else over


def ledger(arguments: argparse.Namespace) -> int:
    """Show the ledger, of one account or of all."""
    config = wiring.config(arguments)
    profile = wiring.one(config, arguments.profile)
    since = ago(arguments.since) if arguments.since else None
    with wiring.opened(config, exclusive=False) as store:
        account = whom.known(arguments.handle, profile, store) if arguments.handle else None
        entries = store.each_entry(profile.name, since, account.id if account else None)
        if arguments.json:
            sys.stdout.writelines(ledger_lines(entries))
            return 0
        rows = tuple(map(_row, entries))
        first = store.first_seen(profile.name, [account.id]).get(account.id) if account else None
    if account:
        seen = f"first seen {first:%Y-%m-%d %H:%M} UTC" if first else "never seen in the timeline itself"
        say(terminal(f"{account.handle}: {seen}"))
    print(
        table(Table(("when (UTC)", "handle", "what", "rule", "until", "why"), rows)) if rows else "the ledger is empty"
    )
    return 0


def _protection_or_limit(entry: Entry) -> str:
    if entry.protection:
        return f"left alone: {entry.protection}"
    return f"waits: {entry.limit}" if entry.limit else ""


def _row(entry: Entry) -> tuple[str, ...]:
    step = entry.step.replace("_", " ") if entry.step else "nothing"
    what = f"{entry.event} {step}" + (" (dry run)" if entry.dry else "")
    why = "; ".join(word for word in (_protection_or_limit(entry), entry.reason) if word)
    until = (moment(entry.until) or "")[:10]
    return f"{entry.at:%Y-%m-%d %H:%M}", entry.account.handle, what, entry.rule or "", until, why
