"""An audit in sentences: why an account is in its group, what a group is called, and all of it in one line."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.audit.groups import group_of
from bot.audit.seen import Audit, AuditLine, Group, Seen
from bot.judging.trust import Protection
from bot.report.escape import inline
from bot.report.figures import day as day_name
from bot.report.figures import percent, plural
from bot.report.reasons import because, measured
from bot.signals.words import few

MOST = 200
"""Most characters of what others say of an account."""
TELLS: Mapping[Group, tuple[str, ...]] = {
    Group.FLOODS: ("posts_per_day", "link_share", "reply_share"),
    Group.REPOSTS: ("repost_share", "posts_per_day"),
    Group.CURATES: ("link_share", "answered_people"),
    Group.TALKS: ("reply_share", "answered_people"),
    Group.OTHER: ("link_share", "answered_people"),
    Group.THIN: (),
}
"""Which readings say why an account is in its group, beside how much it posts."""
CALLED: Mapping[Group, tuple[str, str]] = {
    Group.BROADCASTS: ("only broadcasts links", "only broadcast links"),
    Group.FLOODS: ("floods", "flood"),
    Group.REPOSTS: ("only reposts", "only repost"),
    Group.SILENT: ("has been silent for three months", "have been silent for three months"),
    Group.GONE: ("moved or is gone", "moved or are gone"),
    Group.TALKS: ("talks", "talk"),
    Group.CURATES: ("curates", "curate"),
    Group.OTHER: ("is none of these", "are none of these"),
    Group.THIN: ("has too few posts to tell", "have too few posts to tell"),
    Group.UNREAD: ("could not be read", "could not be read"),
}
"""What one account does, and what several do."""
WELCOME = frozenset({Group.TALKS, Group.CURATES})
"""Worth following back."""
UNSURE = frozenset({Group.OTHER, Group.THIN, Group.UNREAD})


def line_of(seen: Seen, protection: Protection | None = None) -> AuditLine:
    """An account as it is told, its part of all that is posted aside."""
    group = group_of(seen)
    return AuditLine(seen.account, group, why(seen, group), seen.a_day, None, seen.followed, protection)


def by_group(lines: Sequence[AuditLine]) -> tuple[AuditLine, ...]:
    """The accounts by group, in each the loudest first."""
    places = {group: place for place, group in enumerate(Group)}
    return tuple(sorted(lines, key=lambda line: (places[line.group], -(line.a_day or 0.0), line.account.handle)))


def with_shares(lines: Sequence[AuditLine]) -> list[AuditLine]:
    """Each account with the part that it is of what all of them post."""
    total = sum(line.a_day or 0.0 for line in lines)
    return [line if line.a_day is None else replace(line, share=line.a_day / total if total else 0.0) for line in lines]


def why(seen: Seen, group: Group) -> str:
    """Why an account is in its group, in a sentence without its full stop: the one with which a report tells of it,
    where the owner's rules find it."""
    if group is Group.GONE:
        moved = f"moved to {inline(seen.account.moved_to, MOST)}" if seen.account.moved_to else ""
        return moved or inline(seen.gone, MOST)
    if group is Group.UNREAD:
        return inline(seen.trouble, MOST) or "only a part of its posts could be read"
    silent = "no post in the last three months" if group is Group.SILENT else ""
    said = silent or (_found(seen) if group is Group.BROADCASTS else _read(seen, group))
    return f"{said}, as far as your server has its posts" if seen.partly else said


def _found(seen: Seen) -> str:
    verdict = seen.verdict
    deciding = verdict.deciding if verdict else None
    if verdict is None or deciding is None:
        return ""
    return because(verdict.readings, deciding.when, verdict.site) or f"“{inline(deciding.rule)}” fires"


def _read(seen: Seen, group: Group) -> str:
    """How much it posts, and the readings that tell of its group."""
    told = [measured(name, seen.readings[name]) for name in TELLS[group] if seen.readings.get(name) is not None]
    much = "" if group is Group.REPOSTS else because(seen.readings, ())  # which speaks of own posts
    return "; ".join(part for part in (much, ", ".join(told)) if part)


def said_of(line: AuditLine) -> str:
    """The sentence for people, without its full stop: why it is in its group, and what protects it all the same."""
    spared = inline(line.protection.reason, MOST) if line.protection else ""
    return f"{line.why}. Left alone: {spared}" if spared else line.why


def heading(group: Group, many: int) -> str:
    """`11 only broadcast links`."""
    return f"{many:,} {CALLED[group][many != 1]}"


def title(audit: Audit) -> str:
    """`quietfeed · audit · Mon 16 Mar`."""
    whom = "followers" if audit.followers else "audit"
    return f"quietfeed · {whom} · {day_name(audit.at)}"


def summary(audit: Audit) -> str:
    """All of it in a sentence or two: `Of 41 accounts that you follow 12 only broadcast links; together they are 60 %
    of what is posted.`"""
    many = plural(len(audit.lines), "account")
    if audit.followers:
        return " ".join(_of_followers(audit, many))
    if not audit.lines:
        return "You follow nobody."
    found = audit.of(Group.BROADCASTS)
    if not found:
        return f"Of {many} that you follow your rules find none."
    share = sum(line.share or 0.0 for line in found)
    they = "together they are" if len(found) > 1 else "it is"
    return (
        f"Of {many} that you follow {heading(Group.BROADCASTS, len(found))}; {they} {percent(share)} of what is posted."
    )


def _of_followers(audit: Audit, many: str) -> Iterator[str]:
    welcome = sum(line.group in WELCOME for line in audit.lines)
    if audit.lines:
        yield (
            f"Of {many} that followed you lately {welcome:,} talk or curate."
            if welcome != 1
            else (f"Of {many} that followed you lately 1 talks or curates.")
        )
    else:
        yield "Nobody is there to be looked at who followed you lately and whom you do not follow."
    if audit.waiting:
        yield f"{audit.waiting:,} more followed you only in the last days and can wait."


def advice(line: AuditLine) -> str:
    """Whether a follower is worth following back: `yes`, `no`, or `look yourself`."""
    return "yes" if line.group in WELCOME else "look yourself" if line.group in UNSURE else "no"


def notes(audit: Audit) -> list[str]:
    """What is to be known of an audit, at its end."""
    said = ["Nothing was changed, and nobody is told."]
    if not audit.followers:
        said.append(
            "“Left alone” stands by whom you keep and whom a sweep found and spared; others were not asked about."
        )
    if audit.partly:
        said.append(
            "Your server has of accounts elsewhere what it was sent since somebody there follows them; whom your rules "
            "find was looked at on its own server too, where that answers."
        )
    if unread := audit.of(Group.UNREAD):
        said.append(f"{heading(Group.UNREAD, len(unread))}; the next audit tries again.")
    return said


def counts(audit: Audit) -> list[tuple[Group, int, float]]:
    """The groups that have somebody, with how many, and the part that these are of what is posted."""
    many = Counter(line.group for line in audit.lines)
    return [(g, many[g], sum(line.share or 0.0 for line in audit.of(g))) for g in Group if many[g]]


def rate(line: AuditLine) -> str:
    """How many posts a day an account brings: `30`, `3.5`, `under 0.1`; empty where that is not known."""
    if line.a_day is None:
        return ""
    return "under 0.1" if 0 < line.a_day < 0.05 else few(line.a_day)


def part(line: AuditLine) -> str:
    """Its part of what is posted: `16 %`; empty where that is not known."""
    return "" if line.share is None else percent(line.share)
