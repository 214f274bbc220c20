"""`tune`: the bounds that the owner's own judgements speak for, as a change of the config."""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.cli import wiring
from bot.cli.terminal import say
from bot.config import CannotEdit, Config, File, Profile, difference, edited, read, replaced, try_tests
from bot.errors import UserError
from bot.judging import trust
from bot.judging.moves import Move, moved
from bot.judging.rules import Rule
from bot.past import Past, fine_elsewhere, known
from bot.report.escape import terminal
from bot.service import kept
from bot.store import Store
from bot.tuning import suggested
from bot.tuning.samples import Sample
from bot.tuning.suggestion import LEAST, Lack
from bot.tuning.suggestions import advice


def tune(arguments: argparse.Namespace) -> int:
    """Tell what the judgements speak for, and with `--write` change the config so."""
    path = wiring.config(arguments).path
    file = File.of(path)
    config = read(file.text, path)
    profile = wiring.one(config, arguments.profile)
    with wiring.opened(config, exclusive=False) as store:
        back = timedelta(days=arguments.days)
        past = Past(profile, store, back, config.own_feed.least_posts)
        samples = known(past, config)
        protected = _protected(samples, profile, store, config)
        days = max(1, round((past.until - past.since).total_seconds() / 86400))
        _refuse_few(samples, days)
        guarded = fine_elsewhere(past, config, back)
    rules = tuple(rule for rule in config.rules if rule.quota is None)
    found = advice([*samples, *guarded], rules, config.minimum, _refuses(file, config))
    text = edited(file.text, path, found.moves) if found.moves else file.text
    backup = replaced(path, file.raw, file.bytes_of(text)) if arguments.write and found.moves else None
    if arguments.json:
        span = (past.since.isoformat(), past.until.isoformat())
        kept_as = str(backup) if backup else None
        told = suggested.tune_data(found, str(path), span, difference(file, text, "tuned"), kept_as)
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return 0
    say(suggested.text(found, days, protected))
    if found.moves:
        _print(file, text, backup)
    return 0


def _protected(known: Sequence[Sample], profile: Profile, store: Store, config: Config) -> frozenset[str]:
    """Ids of the accounts that the owner keeps, or took an action back on."""
    said = kept.circumstances(profile.name, store, config)
    return frozenset(one.account.id for one in known if trust.by_name(one.account, said, config.trust))


def _refuse_few(known: tuple[Sample, ...], days: int) -> None:
    judged = sum(sample.opinion is not None for sample in known)
    if judged < LEAST:
        raise UserError(suggested.too_few(judged, days))


def _refuses(file: File, config: Config) -> Callable[[Sequence[Move]], Lack | None]:
    """Why a move cannot be suggested: the rule's own tests, as far as it passes them now, or the way of the file."""

    def passed(rule: str, rules: tuple[Rule, ...]) -> list[bool]:
        return [test.passed for test in try_tests(replace(config, rules=rules), [rule])]

    def refuses(moves: Sequence[Move]) -> Lack | None:
        rule = moves[-1].rule
        now, then = passed(rule, config.rules), passed(rule, moved(config.rules, moves, config.minimum))
        if any(old and not new for old, new in zip(now, then, strict=True)):
            return Lack.TESTS
        try:
            edited(file.text, file.path, moves)
        except CannotEdit:
            return Lack.HAND
        return None

    return refuses


def _print(file: File, text: str, backup: Path | None) -> None:
    """The change, and whether it was made."""
    print(f"\n{terminal(difference(file, text, 'tuned'))}\n")
    name = terminal(str(file.path))
    if backup is None:
        say(f"Nothing is changed yet. To change {name} so: quietfeed tune --write")
    else:
        say(f"{name} is changed; as it was, it is kept in {terminal(backup.name)}.")
        say("See what comes of it: quietfeed try")
