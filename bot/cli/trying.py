"""`try`: what a changed config would have changed, over the weeks that are recorded."""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from bot import archive
from bot.cli import wiring
from bot.cli.progress import watched
from bot.cli.terminal import complain, say, worded
from bot.config import Config, default_config, load
from bot.errors import UserError
from bot.judging import rules
from bot.model import History, Verdict
from bot.past import Past
from bot.report.data import tried_data
from bot.report.escape import handle, terminal
from bot.report.explain import outcome
from bot.report.figures import plural, short_day
from bot.service.config_watch import marks
from bot.service.daily import local_zone
from bot.service.rule_tests import held_to_tests
from bot.service.sweep import Progress
from bot.service.used import Used, used
from bot.tuning import words
from bot.tuning.data import try_data

POLL = 0.3
"""Seconds between two looks at the file."""


@dataclass(frozen=True)
class Old:
    """What a config is held against, and what that is called."""

    config: Config
    name: str


def try_(arguments: argparse.Namespace) -> int:
    """Hold the config against the one that was judged by last; again at every save with `--watch`."""
    new = wiring.config(arguments)
    profile = wiring.one(new, arguments.profile)
    with wiring.opened(new, exclusive=False) as store:
        known = used(profile.name, store, new)
        if arguments.accounts:
            old = _old(new, known) or Old(default_config(), "the shipped config")
            return try_accounts(arguments.accounts, new, old, as_json=arguments.json)
        with _shown(profile.name, "reading what was judged"):
            past = Past(profile, store, timedelta(days=arguments.days), new.own_feed.least_posts)
        if arguments.watch:
            return _watch(past, new, known, as_json=arguments.json)
        _tell(past, new, known, as_json=arguments.json)
    return 0


@contextmanager
def _shown(profile: str, stage: str) -> Iterator[None]:
    """Show on a terminal that something is at work: over many accounts it takes some seconds."""
    with watched(profile) as watch:
        watch(Progress(stage, 0))
        yield


def _old(new: Config, known: list[Used]) -> Old | None:
    """The config that was judged by last; where that is the same, the one before it. None where there is none."""
    if known and known[0].config.fingerprint != new.fingerprint:
        return Old(known[0].config, "the config in use")
    if len(known) > 1:
        return Old(known[1].config, f"the one before {short_day(known[0].since.astimezone(local_zone(new)))}")
    return None


def _tell(past: Past, new: Config, known: list[Used], *, as_json: bool) -> None:
    """The difference, and whether a daemon would work by the config."""
    _tell_difference(past, new, known, as_json=as_json)
    try:
        held_to_tests(new)
    except UserError as fault:
        complain(f"no daemon takes this config up:\n{worded(fault)}")


def _tell_difference(past: Past, new: Config, known: list[Used], *, as_json: bool) -> None:
    old, name = _old(new, known), terminal(new.path.name)
    if old is None and not as_json:
        say(words.nothing_new(name, local_zone(new), [one.since for one in known]), flush=True)
        return
    with _shown(past.profile.name, "deciding it again"):
        held = past.held(old.config if old else new, new)
    if as_json:
        say(
            json.dumps(try_data(held, name, old.name if old else name, local_zone(new)), ensure_ascii=False, indent=1),
            flush=True,
        )
    else:
        say(words.text(held, name, old.name if old else name, local_zone(new)), flush=True)


def _watch(past: Past, new: Config, known: list[Used], *, as_json: bool) -> int:
    """Tell the difference now and whenever the file is saved, until Ctrl-C."""
    try:
        for config in _saves(new):
            _tell(past, config, known, as_json=as_json)
            say(f"\nWaiting for {terminal(str(new.path))} to be saved; Ctrl-C ends.\n", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print(file=sys.stderr)
    return 0


def _saves(config: Config) -> Iterator[Config]:
    """The config, and again each time that one of its files is saved. One that cannot be read says its faults, and is
    read again until it can: what it lacked may lie in a file that it never came to include."""
    yield config
    seen, fault = marks(config.files), ""
    while True:
        time.sleep(POLL)
        now = marks(config.files)
        if () in now or (now == seen and not fault):  # with some editors a file is away for a moment
            continue
        seen = now
        try:
            config = load(config.path)
        except UserError as found:
            if str(found) != fault:
                fault = str(found)
                complain(worded(found))
            continue
        seen, fault = marks(config.files), ""
        yield config


def try_accounts(files: Sequence[str], new: Config, old: Old, *, as_json: bool) -> int:
    """Judge captured accounts by both; a line that cannot be read costs that line, and the exit code is 1."""
    unreadable = many = others = 0
    for name in files:
        with archive.opened(name) as lines:
            for item in archive.read(lines, new.lexicon):
                if isinstance(item, archive.Unreadable):
                    say(f"quietfeed: {terminal(name)}:{item.line}: {item.reason}", file=sys.stderr)
                    unreadable += 1
                    continue
                before, after = (_judged(item, config) for config in (old.config, new))
                many, others = many + 1, others + ((before.rule, before.step) != (after.rule, after.step))
                _print(before, after, as_json=as_json)
    if not as_json:
        told = f"{others:,} of {plural(many, 'account')} fare otherwise with {terminal(new.path.name)}"
        say(f"\n{told} than with {old.name}.")
    return 1 if unreadable else 0


def _judged(history: History, config: Config) -> Verdict:
    return rules.judge(replace(history, lexicon=config.lexicon), config.rules, config.minimum)


def _print(before: Verdict, after: Verdict, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(tried_data(before, after), ensure_ascii=False))
    elif (before.rule, before.step) != (after.rule, after.step):
        say(f"{handle(after.account)}: {outcome(after)}\n  before: {outcome(before)}")
