"""What a change of the rules comes to, in a sentence: whom they would newly quiet, and whom they release."""

from collections.abc import Iterator, Sequence

from bot.model import RuleChange, Step, Upgrade
from bot.report.accounts import DO, named
from bot.report.escape import terminal
from bot.report.figures import several
from bot.report.shapes import RuleChangeJson, UpgradeJson

TOO_MANY = "too many at once"
"""Limit of a decision under a rule that suddenly finds too many (`bot.actions.limits`)."""
INSTEAD = {
    Step.MUTE: "muting",
    Step.LIST: "listing",
    Step.HIDE_REPOSTS: "hiding the reposts of",
    Step.REPORT: "only reporting",
}
NAMED = 5
"""Rules that are named of each kind."""
LADDER = tuple(sorted(Step, key=lambda step: -step.severity))


def sentence(changes: Sequence[RuleChange], names: int = 0) -> str:
    """`would newly mute 2 (Ann ann@bakery.test, kiosk@radio.test), release 1 (…)`, without its full stop.

    So many `names` of each kind are told; with 0 the numbers alone.
    """
    if not changes:
        return "nobody is judged otherwise"
    kinds = [f"{words}{_whom(some, names)}" for words, some in _kinds(changes)]
    waiting = sum(change.limit == TOO_MANY for change in changes)
    waits = f"; {waiting:,} {'waits' if waiting == 1 else 'wait'} for `quietfeed confirm`" if waiting else ""
    return f"would {', '.join(kinds)}{waits}"


def told(changes: Sequence[RuleChange], names: int, upgrade: Upgrade | None = None) -> Iterator[str]:
    """The line of a report: `The rules changed: would newly mute 2 (…), release 1 (…).`; none where nobody is judged
    otherwise, unless it was not the owner who changed them, but an `upgrade`."""
    if changes or upgrade:
        by = f" with the {brought(upgrade)}" if upgrade else ""
        yield f"The rules changed{by}: {sentence(changes, names)}."


def brought(upgrade: Upgrade) -> str:
    """`upgrade to 0.2.0 (“feed mirror”; new: “mostly links”)`."""
    kinds = (("", upgrade.changed), ("new: ", upgrade.new), ("gone: ", upgrade.gone))
    which = "; ".join(f"{words}{several([f'“{name}”' for name in rules], NAMED)}" for words, rules in kinds if rules)
    return f"upgrade to {upgrade.version}{f' ({which})' if which else ''}"


def upgrade_data(upgrade: Upgrade | None) -> UpgradeJson | None:
    """The same, JSON-ready."""
    if upgrade is None:
        return None
    return {
        "version": terminal(upgrade.version),
        "changed": [terminal(name) for name in upgrade.changed],
        "new": [terminal(name) for name in upgrade.new],
        "gone": [terminal(name) for name in upgrade.gone],
    }


def rule_changes_data(changes: Sequence[RuleChange]) -> list[RuleChangeJson]:
    """The same, JSON-ready."""
    return [
        {
            "handle": terminal(change.account.handle),
            "before": change.before,
            "after": change.after,
            "limit": terminal(change.limit) or None,
        }
        for change in changes
    ]


def _kinds(changes: Sequence[RuleChange]) -> Iterator[tuple[str, list[RuleChange]]]:
    """Those of whom the same is to be said, the harshest first."""
    for after in LADDER:
        if new := [one for one in changes if one.before is None and one.after is after]:
            yield f"newly {_do(after)} {len(new):,}", new
    for after in LADDER:
        for before in LADDER:
            if moved := [one for one in changes if (one.before, one.after) == (before, after)]:
                them = "it" if len(moved) == 1 else "them"
                yield f"{_do(after)} {len(moved):,} instead of {INSTEAD[before]} {them}", moved
    if released := [one for one in changes if one.after is None]:
        yield f"release {len(released):,}", released


def _do(step: Step) -> str:
    return "only report" if step is Step.REPORT else DO[step]


def _whom(changes: Sequence[RuleChange], names: int) -> str:
    return f" ({several([named(change.account) for change in changes], names)})" if names else ""
