"""What the groups of an audit are: one function each, whose docstring is its definition, wherever it is told.

What is not known counts against nobody: a reading that is None fits no group.
"""

from collections.abc import Callable, Mapping

from bot.audit.seen import SILENT_AFTER, Group, Seen

ENOUGH = 20
"""Posts of all kinds below which nothing is said of an account's habits."""
FLOOD = 20.0
"""Posts and reposts a day."""
LOUD_DAYS = 2.0
"""Days that must be seen of it: anybody may have a loud one."""
ALL_REPOSTS = 0.95
CONVERSES, PEOPLE = 0.2, 3
"""Part of what an account writes that is answers, and how many people it answers."""
ADVERTISES = 0.5
"""Part of its answers from which on links or the same words are no conversation."""
SHARES = 0.5
"""Part of its own posts that carry a link."""


def is_gone(seen: Seen) -> bool:
    """It moved to another account, or is deleted, suspended, or does not let you read it."""
    return bool(seen.gone or seen.account.moved_to)


def is_unread(seen: Seen) -> bool:
    """It could not be read, or not whole; that says nothing of it, and the next audit tries again."""
    return seen.verdict is None or is_in_part(seen)


def is_silent(seen: Seen) -> bool:
    """It posted nothing in the last three months."""
    since, made = seen.at - SILENT_AFTER, seen.account.created_at
    return (seen.last is None or seen.last < since) and (made is None or made < since)


def only_reposts(seen: Seen) -> bool:
    """At least 95 in 100 of what it posts are reposts."""
    return seen.items >= ENOUGH and _at_least(seen.readings, "repost_share", ALL_REPOSTS)


def broadcasts(seen: Seen) -> bool:
    """Your rules find it: it shares links and converses with nobody."""
    return _is_found(seen)


def floods(seen: Seen) -> bool:
    """It brings 20 posts and reposts a day or more into your timeline, and your rules do not find it."""
    return (
        seen.items >= ENOUGH
        and _at_least(seen.readings, "posts_per_day", FLOOD)
        and _at_least(seen.readings, "days_seen", LOUD_DAYS)
    )


def curates(seen: Seen) -> bool:
    """Half of its posts or more share a link, and it answers people all the same."""
    return (
        (seen.readings.get("own_posts") or 0) >= ENOUGH
        and _at_least(seen.readings, "link_share", SHARES)
        and _at_least(seen.readings, "answered_people", 1)
    )


def talks(seen: Seen) -> bool:
    """At least a fifth of what it writes are answers, to three people or more, and they are no advertising."""
    return converses(seen.readings)


def is_thin(seen: Seen) -> bool:
    """Fewer than 20 posts of the last weeks are known of it."""
    return seen.items < ENOUGH


def is_other(seen: Seen) -> bool:
    """It posts, and is none of these."""
    return True


FIRST_FITS: Mapping[Group, Callable[[Seen], bool]] = {
    Group.GONE: is_gone,
    Group.UNREAD: is_unread,
    Group.SILENT: is_silent,
    Group.REPOSTS: only_reposts,
    Group.BROADCASTS: broadcasts,
    Group.FLOODS: floods,
    Group.CURATES: curates,
    Group.TALKS: talks,
    Group.THIN: is_thin,
    Group.OTHER: is_other,
}
"""An account belongs to the first group that fits it."""


def group_of(seen: Seen) -> Group:
    """The group of an account."""
    return next(group for group, fits in FIRST_FITS.items() if fits(seen))


def definition(group: Group) -> str:
    """What a group is, as its function says it."""
    return " ".join((FIRST_FITS[group].__doc__ or "").split())


def converses(readings: Mapping[str, float | None]) -> bool:
    """Whether an account answers people, and not by advertising."""
    return (
        _at_least(readings, "reply_share", CONVERSES)
        and _at_least(readings, "answered_people", PEOPLE)
        and not _at_least(readings, "reply_link_share", ADVERTISES)
        and not _at_least(readings, "repeated_reply_share", ADVERTISES)
    )


def is_in_part(seen: Seen) -> bool:
    """Whether the owner's rules find an account by a part of its posts, which is no finding."""
    return seen.verdict is not None and _is_found(seen) and not seen.verdict.complete


def _is_found(seen: Seen) -> bool:
    """By a rule that acts; one on trial only watches."""
    return seen.verdict is not None and seen.verdict.rule is not None and not seen.verdict.shadow


def _at_least(readings: Mapping[str, float | None], signal: str, bound: float) -> bool:
    reading = readings.get(signal)
    return reading is not None and reading >= bound
