"""Whose own feed is worth asking for: what the owner's timeline shows of an account, a hint and never a proof."""

from collections.abc import Iterable, Sequence

from bot.judging.rules import Rule, read
from bot.model import Account, History
from bot.signals import BY_NAME


def suspects(histories: Iterable[History], rules: Sequence[Rule], least_posts: int, profile: str = "") -> list[Account]:
    """Accounts whose own feed is worth asking for, the loudest in the timeline first.

    A timeline shows too little to judge by and may hide every reply, so only bounds on signals that it can show
    (`Signal.hint`) are held against it, loosely. An account that passes them for some rule is asked for, if the
    timeline showed anything that the rule speaks of: what never reaches the owner is no noise of theirs.
    """
    found = [
        (-(history.timeline_posts or len(history.posts)), history.account.id, history.account)
        for history in histories
        if len(history.posts) >= least_posts and any(_suspicious(history, rule, profile) for rule in rules)
    ]
    return [account for _, _, account in sorted(found, key=lambda row: row[:2])]


def _suspicious(history: History, rule: Rule, profile: str) -> bool:
    if rule.quota is not None or not rule.only.covers(profile, history.platform):
        return False
    hints = (name for name in rule.when if BY_NAME[name].hint)
    readings = ((name, read(history, [name])[name]) for name in hints)  # one by one: the first that is far ends it
    near = (rule.when[name].nearly_hold(value, BY_NAME[name].unit) for name, value in readings if value is not None)
    return next(near, False) and all(near)
