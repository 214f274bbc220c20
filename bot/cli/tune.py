"""`tune`: the bounds that the owner's own judgements speak for, as a change of the config."""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from difflib import unified_diff
from pathlib import Path

from bot.cli import wiring
from bot.cli.past import Past
from bot.cli.terminal import say
from bot.config import CannotEdit, Config, Profile, edited, read, replaced, try_tests
from bot.errors import UserError
from bot.judging import trust
from bot.judging.moves import Move, moved
from bot.judging.rules import Rule
from bot.model import Account, Opinion
from bot.report.escape import terminal
from bot.service import kept
from bot.store import Store
from bot.tuning import suggested
from bot.tuning.samples import Sample, samples
from bot.tuning.suggestion import LEAST, Lack
from bot.tuning.suggestions import advice

BOM = b"\xef\xbb\xbf"
"""What some editors put before the text of a file."""


@dataclass(frozen=True)
class File:
    """The config file as it is now."""

    path: Path
    raw: bytes

    @property
    def text(self) -> str:
        """What it says, line ends as they are."""
        return self.raw.decode("utf-8-sig")

    def bytes_of(self, text: str) -> bytes:
        """The bytes of another text in its place."""
        return (BOM if self.raw.startswith(BOM) else b"") + text.encode("utf-8")


def tune(arguments: argparse.Namespace) -> int:
    """Tell what the judgements speak for, and with `--write` change the config so."""
    path = wiring.config(arguments).path
    file = File(path, path.read_bytes())
    config = read(file.text, path)
    profile = wiring.one(config, arguments.profile)
    with wiring.opened(config, exclusive=False) as store:
        past = Past(profile, store, timedelta(days=arguments.days), config.own_feed.least_posts)
        known = _known(past, config)
        protected = _protected(known, profile, store, config)
        days = max(1, round((past.until - past.since).total_seconds() / 86400))
        _refuse_few(known, days)
        guarded = _fine_elsewhere(past, store, config, arguments.days)
    rules = tuple(rule for rule in config.rules if rule.quota is None)
    found = advice([*known, *guarded], rules, config.minimum, _refuses(file, config))
    text = edited(file.text, path, found.moves) if found.moves else file.text
    backup = replaced(path, file.raw, file.bytes_of(text)) if arguments.write and found.moves else None
    if arguments.json:
        span = (past.since.isoformat(), past.until.isoformat())
        kept_as = str(backup) if backup else None
        told = suggested.tune_data(found, str(path), span, _diff(file, text), kept_as)
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return 0
    say(suggested.text(found, days, protected))
    if found.moves:
        _print(file, text, backup)
    return 0


def _known(past: Past, config: Config) -> tuple[Sample, ...]:
    """The accounts of one profile, with the owner's word on them."""
    opinion = _opinions(past.profile, past.store, config)
    return samples(past.record, past.since, config, past.measured, opinion)


def _fine_elsewhere(past: Past, store: Store, config: Config, days: int) -> list[Sample]:
    """Whom the owner called fine in other profiles: the same rules judge them, and must not become harsher on them."""
    found: list[Sample] = []
    for profile in config.profiles:
        if profile.name != past.profile.name and store.judgings(profile.name):
            other = Past(profile, store, timedelta(days=days), config.own_feed.least_posts)
            found += [one for one in _known(other, config) if one.opinion is Opinion.FINE]
    return found


def _opinions(profile: Profile, store: Store, config: Config) -> Callable[[Account], Opinion | None]:
    """What the owner takes an account for: by their word, else fine where the config keeps it."""
    said = store.judgements(profile.name)

    def opinion(account: Account) -> Opinion | None:
        if account.id in said:
            return said[account.id].opinion
        return Opinion.FINE if kept.by_config(profile.name, store, config, account) else None

    return opinion


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


def _diff(file: File, text: str) -> str:
    """The change as a unified diff, without a trailing newline."""
    before, after = (words.replace("\r\n", "\n").removesuffix("\n").split("\n") for words in (file.text, text))
    name = file.path.name
    return "\n".join(unified_diff(before, after, name, f"{name}, tuned", lineterm=""))


def _print(file: File, text: str, backup: Path | None) -> None:
    """The change, and whether it was made."""
    print(f"\n{terminal(_diff(file, text))}\n")
    name = terminal(str(file.path))
    if backup is None:
        say(f"Nothing is changed yet. To change {name} so: quietfeed tune --write")
    else:
        say(f"{name} is changed; as it was, it is kept in {terminal(backup.name)}.")
        say("See what comes of it: quietfeed try")
