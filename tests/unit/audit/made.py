"""Accounts as an audit may see them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.audit.seen import Audit, AuditLine, Group, Seen
from bot.audit.telling import by_group, line_of, with_shares
from bot.model import Account, Comparison, RuleReading, Step, Verdict

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
ANN = Account("1", "ann@garden.test", "Ann", created_at=NOW - timedelta(days=900), url="https://garden.test/@ann")
READINGS = {
    "own_posts": 60.0,
    "days_seen": 30.0,
    "posts_per_day": 2.0,
    "link_share": 0.1,
    "repost_share": 0.0,
    "reply_share": 0.0,
    "answered_people": 0.0,
    "reply_link_share": None,
    "repeated_reply_share": None,
}


def judged(found: bool = False, **more: Any) -> Verdict:
    """A verdict by one rule that asks for links."""
    reading = {**READINGS, "link_share": 1.0} if found else READINGS
    links = Comparison("link_share", reading["link_share"], 0.9, None, holds=found)
    silent = Comparison("answered_people", 0.0, None, 0.0, holds=True)
    rule = RuleReading("link broadcaster", fires=found, when=(links, silent))
    verdict = Verdict(ANN, None, None, (rule,), reading)
    if found:
        verdict = replace(verdict, rule=rule.rule, step=Step.MUTE, fired=0, site="shop.test")
    return replace(verdict, **more)


def seen(readings: dict[str, float | None] | None = None, found: bool = False, **more: Any) -> Seen:
    """An account with 60 posts in 30 days that stands out by nothing, but for what is said of it."""
    account = more.pop("account", ANN)
    facts: dict[str, Any] = {"verdict": judged(found), "items": 60, "a_day": 2.0, "last": NOW - timedelta(hours=3)}
    return Seen(account, NOW, readings={**READINGS, **(readings or {})}, **{**facts, **more})


def audit(*many: Seen, **more: Any) -> Audit:
    """An audit of these."""
    lines = [line_of(one) for one in many]
    told = lines if more.get("followers") else with_shares(lines)
    return Audit("home", "robin@quiet.example", NOW, by_group(told), **more)


def only(one: Seen) -> AuditLine:
    """The line of one account."""
    (line,) = audit(one).lines
    return line


def named(number: int, **more: Any) -> Account:
    """An account of its own."""
    return replace(ANN, id=str(number), handle=f"person{number}@garden.test", display_name=f"Person {number}", **more)


__all__ = ["ANN", "NOW", "Group", "audit", "judged", "named", "only", "seen"]
