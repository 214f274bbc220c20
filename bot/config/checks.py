"""What no single option can say of itself: names that must be known, options that need or exclude each other."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.config.faults import Faults, did_you_mean, shown
from bot.config.places import Placed, at
from bot.config.types import Profile, SweepSettings, secret_variable
from bot.judging.rules import PUBLIC_LISTS, Bounds, Minimum, Rule
from bot.model import Step
from bot.signals import BY_NAME

POLITE = timedelta(minutes=1)
"""Sweeping a real server more often than this gains nothing and costs it something."""


def _said(root: Node, i: int, key: str) -> bool:
    """Whether the file gives this key of a profile, rightly or wrongly."""
    return at(root, "profiles", i, key) is not at(root, "profiles", i)


def check(values: dict[str, Any], rules: Sequence[Placed], root: Node, faults: Faults) -> None:
    """Everything that options say of each other; `values` are the fields read, None where they are wrong, `rules` those
    of all files."""
    profiles = values.get("profiles") or ()
    _profiles(profiles, root, faults)
    _rules(rules, profiles, _names(root))
    if "strictness" in values and rules and not any(one.origin.is_shipped for one in rules):
        nothing = "no shipped rule is used here, so `strictness` does nothing: remove it, or add `- use: shipped`"
        faults.add(at(root, "strictness"), nothing)
    _shadowed(rules, values.get("minimum") or Minimum())
    _sweep(values.get("sweep"), profiles, root, faults)
    if "profiles" not in values:
        faults.warn(root.start_mark, "no profiles: nothing can be swept, only `judge` and `test-rules` work")


def _profiles(profiles: Sequence[Profile | None], root: Node, faults: Faults) -> None:
    taken: dict[str, str] = {}
    for i, profile in enumerate(profiles):
        if profile is None:
            continue
        variable = secret_variable(profile.name, "")
        if variable in taken:
            same = "there already" if taken[variable] == profile.name else f"too close to {shown(taken[variable])}"
            mark = at(root, "profiles", i, "name")
            faults.add(mark, f"profile {shown(profile.name)} is {same}; allowed: a name of its own")
        taken[variable] = profile.name
        for key, message in _platform_faults(profile):
            if key not in ("server", "handle") or not _said(root, i, key):
                faults.add(at(root, "profiles", i, key), message)
        _ways(profile, i, root, faults)
        if profile.platform == "bluesky" and _told_by_file_alone(profile):
            mark = at(root, "profiles", i)
            faults.warn(mark, "without bot_handle the report cannot be sent on Bluesky: it goes to a file only")


def _told_by_file_alone(profile: Profile) -> bool:
    """Whether the report is to be sent, but there is nobody to send it, nor another way."""
    return profile.report_via == "direct" and not profile.bot_handle and not profile.report_also


def _ways(profile: Profile, i: int, root: Node, faults: Faults) -> None:
    """A way named twice would bring the report twice."""
    for place, way in enumerate(profile.report_also):
        if way and way in profile.report_also[:place]:
            faults.add(at(root, "profiles", i, "report_also", place), f"{shown(way)} is named already: remove one")


def _names(root: Node) -> list[str]:
    """What the file calls its profiles, those with faults included."""
    profiles: list[Node] = next(
        (v.value for k, v in root.value if k.value == "profiles" and isinstance(v, SequenceNode)), []
    )
    entries = [entry for profile in profiles if isinstance(profile, MappingNode) for entry in profile.value]
    return [value.value for key, value in entries if key.value == "name" and isinstance(value, ScalarNode)]


def _platform_faults(profile: Profile) -> Iterator[tuple[str, str]]:
    if profile.platform == "mastodon" and not profile.server:
        yield "server", "a Mastodon profile needs its server; allowed: server: https://mastodon.example"
    if profile.platform == "bluesky" and not profile.handle:
        yield "handle", "a Bluesky profile needs the handle that logs in; allowed: handle: robin.bsky.example"
    for key in ("appview", "bot_handle"):
        if profile.platform != "bluesky" and getattr(profile, key) is not None:
            yield key, f"{shown(key)} is for Bluesky profiles only: remove it"


def _rules(rules: Sequence[Placed], profiles: Sequence[Profile | None], names: Sequence[str]) -> None:
    known = [p for p in profiles if p is not None]
    taken: set[str] = set()
    for one in rules:
        rule, faults = one.rule, one.source.faults
        if rule is None:
            continue
        if rule.name in taken:
            message = f"two rules are called {shown(rule.name)}; allowed: a name of its own for each"
            faults.add(one.mark("name"), message)
        taken.add(rule.name)
        _only(rule, names, one.mark("only", "profiles"), faults)
        _cannot_be_given(rule, known, one)
        if _says_list(one) and any(_applies(rule, p) for p in known if p.platform == PUBLIC_LISTS):
            message = "on Bluesky this mutes instead: everybody can see who is on a list there, the listed account too"
            faults.warn(one.mark("then"), message)


def _says_list(one: Placed) -> bool:
    """Whether somebody else than we wrote that the rule lists."""
    theirs = not one.origin.is_shipped or any("then" in change.keys for change in one.origin.changes)
    return theirs and one.rule is not None and one.rule.then is Step.LIST


def _shadowed(rules: Sequence[Placed], minimum: Minimum) -> None:
    for i, one in enumerate(rules):
        rule = one.rule
        before = (other.rule for other in rules[:i])
        earlier = next((r for r in before if r and rule and covers(r, rule, minimum)), None)
        if rule and earlier:
            message = f"rule {shown(rule.name)} never decides: {shown(earlier.name)} stands before it and asks for less"
            one.source.faults.warn(one.mark("name"), message)


def _only(rule: Rule, names: Sequence[str], mark: Any, faults: Faults) -> None:
    named: Sequence[str | None] = rule.only.profiles
    for name in named:
        if name is not None and name not in names:
            allowed = ", ".join(names) or "none yet"
            message = f"no profile is called {shown(name)}; allowed: {allowed}{did_you_mean(name, names)}"
            faults.add(mark, message)


def _cannot_be_given(rule: Rule, profiles: Sequence[Profile], placed: Placed) -> None:
    platforms = dict.fromkeys(p.platform for p in profiles if _applies(rule, p))
    for part, bounds in (("when", rule.when), ("unless", rule.unless)):
        for name in bounds:
            lacking = [platform for platform in platforms if platform in BY_NAME[name].not_on]
            if lacking:
                message = f"{' and '.join(lacking)} cannot give {name}: there rule {shown(rule.name)} says nothing"
                placed.source.faults.warn(placed.mark(part, name), message)


def _applies(rule: Rule, profile: Profile) -> bool:
    return rule.only.covers(profile.name, profile.platform)


def covers(earlier: Rule, later: Rule, minimum: Minimum) -> bool:
    """Whether the earlier rule fires wherever the later one would. Plain cases only: False where it is unsure."""
    less, more = earlier.minimum or minimum, later.minimum or minimum
    if any(getattr(less, field.name) > getattr(more, field.name) for field in fields(Minimum)):
        return False
    if earlier.quota or later.quota or earlier.unless or earlier.only.profiles or earlier.only.platforms:
        return False
    return all(name in later.when and _within(later.when[name], bounds) for name, bounds in earlier.when.items())


def _within(inner: Bounds | None, outer: Bounds | None) -> bool:
    if inner is None or outer is None:
        return False
    least = outer.at_least is None or (inner.at_least is not None and inner.at_least >= outer.at_least)
    most = outer.at_most is None or (inner.at_most is not None and inner.at_most <= outer.at_most)
    return least and most


def _sweep(sweep: SweepSettings | None, profiles: Sequence[Profile | None], root: Node, faults: Faults) -> None:
    if sweep is None:
        return
    if sweep.jitter > sweep.every:
        faults.add(
            at(root, "sweep", "jitter"), "jitter is longer than the time between sweeps; allowed: at most `every`"
        )
    if sweep.every < POLITE and any(p is not None and p.platform != "memory" for p in profiles):
        faults.warn(at(root, "sweep", "every"), "sweeping more than once a minute tries the server's patience")
