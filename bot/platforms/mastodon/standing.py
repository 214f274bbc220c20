"""How the owner stands to accounts: relationships, mutes and lists.

Fetched anew at each call, in as few requests as the server's paging allows, unless the caller takes what was told
lately (`within`). What could not be read is told with each standing (`Standing.unread`). Facts: docs.joinmastodon.org
(methods accounts, mutes, lists).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.errors import UserError
from bot.model import Account, Asked, Standing, Unread
from bot.platforms.base import AccountGone, Unreachable
from bot.platforms.mastodon.connection import Connection, Refused, ScopeMissing
from bot.platforms.mastodon.known import Known, Listed
from bot.platforms.mastodon.paging import Pages, listed
from bot.platforms.mastodon.posts import moment_or_none
from bot.platforms.questions import Questions, broke_off, in_part, lacking, not_read, refused
from bot.platforms.remembered import NEVER

BATCH = 40
"""Ids in one relationships call."""
MANY = 1_000
"""Most pages of mutes, or of a list's members: as good as all."""


BARE = frozenset({Asked.LISTS, Asked.MUTES, Asked.FAVOURITES, Asked.BOOKMARKS})
"""What is asked at an address without an id in it: there alone a 404 speaks of the software and of nothing else."""


def unanswered(asked: Asked, fault: UserError) -> Unread:
    """What a fault leaves unread. Only an absent endpoint (see `Refused.absent`) that names nothing is the software's
    lack; a permission that the login does not have, any other refusal and every passing fault may be mended."""
    if isinstance(fault, ScopeMissing):
        return refused(asked, f"403, {fault}")
    if isinstance(fault, Refused):
        return lacking(asked) if fault.absent and asked in BARE else refused(asked, str(fault.status))
    return not_read(asked, str(fault))


def relationship(connection: Connection, account_id: str) -> Mapping[str, Any]:
    """The owner's relationship with one account, as the server sends it. Raises AccountGone where there is none."""
    items = _relationships(connection, [account_id])
    found = next((item for item in items if isinstance(item, dict) and str(item.get("id")) == account_id), None)
    if found is None and items:
        raise Unreachable(f"{connection.host} told a relationship that cannot be read")
    if found is None:
        raise AccountGone(f"{connection.host} knows no such account any more")
    return found


def relationships(connection: Connection, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """Relationships by account id; accounts that the server does not know, or tells unreadably, are left out.

    Whoever is missing from the answer to many is asked for alone: snac answers the first id of a call and no other.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        found |= _told(_relationships(connection, batch))
        for missing in [i for i in batch if i not in found and len(batch) > 1]:
            with suppress(Refused):
                found |= _told(_relationships(connection, [missing]))
    return found


def followed(connection: Connection, ids: Sequence[str]) -> frozenset[str]:
    """Ids of those whom the owner follows (`following` of a relationship); only asked for is no follow."""
    known = relationships(connection, list(dict.fromkeys(ids)))
    return frozenset(one for one, raw in known.items() if raw.get("following") is True)


def _told(items: Sequence[Any]) -> dict[str, Mapping[str, Any]]:
    return {str(item["id"]): item for item in items if isinstance(item, dict) and "id" in item}


def _relationships(connection: Connection, ids: Sequence[str]) -> list[Any]:
    params: dict[str, str | list[str]] = {"id[]": list(ids), "with_suspended": "true"}
    return listed(connection.get("/api/v1/accounts/relationships", params), connection.host)


def standing(
    connection: Connection, accounts: Sequence[Account], deciding: bool, lately: Known, within: timedelta = NEVER
) -> dict[str, Standing]:
    """Standing by account id, for every account asked for.

    Where it is `deciding`, what is refused is kept as what it leaves unread; so is a fault of the network, once the
    server has told the relationships. Where an action is read back, such a fault is raised: it is read back later.
    What was told less than `within` ago is not asked for again, but read from `lately`.
    """
    ids = list(dict.fromkeys(account.id for account in accounts))
    if not ids:
        return {}
    known = lately.relationships(ids, within)
    try:
        asked = relationships(connection, [i for i in ids if i not in known])
    except (Refused, ScopeMissing) as refusal:
        if not deciding:
            raise
        return dict.fromkeys(ids, Standing(unread=(unanswered(Asked.FOLLOWS, refusal),)))
    lately.meet(asked)
    known |= asked
    of_mutes = _questions(deciding)
    until = _muted_until(connection, known, of_mutes)
    followed = [i for i in ids if known.get(i, {}).get("following")]
    on = _listed(connection, followed, deciding, lately, within) if followed or deciding else Listed({})
    notifies = any("notifying" in raw for raw in known.values())
    found: dict[str, Standing] = {}
    for i in ids:
        raw = known.get(i, {})
        of_mute = of_mutes.unread() if raw.get("muting") else ()
        found[i] = _one(raw, until.get(i), on.titles.get(i, ()), (*_untold(raw, notifies), *of_mute, *on.unread))
    return found


def _listed(
    connection: Connection, followed: Sequence[str], deciding: bool, lately: Known, within: timedelta
) -> Listed:
    """Who of the followed is on which list; where it may be told again, who of everybody is."""
    known = lately.listed(within)
    if known is not None:
        return known
    titles: dict[str, tuple[str, ...]] = {}
    questions = _questions(deciding)
    whom = None if within and followed else followed
    questions.ask([Asked.LISTS], lambda: _read_titles(connection, whom, titles, questions))
    found = Listed(titles, questions.unread())
    if whom is None:
        lately.keep_listed(found)
    return found


def _questions(deciding: bool) -> Questions:
    return Questions((Refused, ScopeMissing, *((Unreachable,) if deciding else ())), unanswered)


def _untold(raw: Mapping[str, Any], notifies: bool) -> Iterator[Unread]:
    """What a relationship should tell and does not. A server of which none tells `notifying` has no such thing."""
    if not raw:
        return  # the server knows no such account: nothing of it is known at all
    if _flag(raw, "followed_by") is None:
        yield not_read(Asked.FOLLOWS, "it is neither true nor false")
    if _flag(raw, "muting") is None:
        yield not_read(Asked.MUTES, "it is neither true nor false")
    if _flag(raw, "notifying") is None:
        told = not_read(Asked.NOTIFICATIONS, "it is neither true nor false")
        yield told if notifies else lacking(Asked.NOTIFICATIONS)


def muting_until(connection: Connection, ids: set[str]) -> dict[str, datetime | None]:
    """When the owner's mutes of these accounts end, from `/api/v1/mutes` (`mute_expires_at`, 3.3+)."""
    found: dict[str, datetime | None] = {}
    for page in Pages(connection, "/api/v1/mutes", 80, MANY):
        for item in page:
            if isinstance(item, dict) and str(item.get("id")) in ids:
                found[str(item.get("id"))] = moment_or_none(item.get("mute_expires_at"))
        if len(found) == len(ids):
            break
    return found


def owners_lists(connection: Connection) -> list[Mapping[str, Any]]:
    """The owner's lists as the server sends them. Raises Refused where it has none at all."""
    answer = connection.get("/api/v1/lists")
    return [item for item in listed(answer, connection.host) if _is_list(item)]


def _is_list(item: object) -> bool:
    return isinstance(item, dict) and bool(item.get("id")) and bool(item.get("title"))


def _one(
    raw: Mapping[str, Any], until: datetime | None, titles: tuple[str, ...], unread: tuple[Unread, ...]
) -> Standing:
    following = _flag(raw, "following")
    return Standing(
        following=following,
        followed_by=_flag(raw, "followed_by"),
        blocked_by=_flag(raw, "blocked_by"),
        muted=bool(raw.get("muting")),
        muted_until=until,
        reposts_hidden=bool(following and raw.get("showing_reblogs") is False),
        notifying=_flag(raw, "notifying"),
        lists=titles,
        unread=unread,
    )


def _muted_until(
    connection: Connection, known: Mapping[str, Mapping[str, Any]], questions: Questions
) -> Mapping[str, datetime | None]:
    """Newer servers say it in the relationship (`muting_expires_at`), others only in the list of mutes."""
    muting = {i: raw for i, raw in known.items() if raw.get("muting")}
    told = {i: moment_or_none(raw["muting_expires_at"]) for i, raw in muting.items() if "muting_expires_at" in raw}
    asked = set(muting) - set(told)
    if asked:
        questions.ask([Asked.MUTES], lambda: told.update(muting_until(connection, asked)))
    return told


def _read_titles(
    connection: Connection, followed: Sequence[str] | None, found: dict[str, tuple[str, ...]], questions: Questions
) -> None:
    """Titles of the owner's lists by account, put into `found`; only followed accounts can be on one.

    By account where that is fewer requests, otherwise list by list; None: of everybody.
    """
    answer = listed(connection.get("/api/v1/lists"), connection.host)
    lists = [item for item in answer if _is_list(item)]
    if len(lists) < len(answer):
        questions.note(in_part(Asked.LISTS, len(answer) - len(lists)))
    if not lists or followed == []:
        return
    if followed is not None and len(followed) <= len(lists):
        try:
            found.update({i: _lists_of(connection, i, questions) for i in followed})
        except Refused:
            found.clear()
        else:
            return
    for item in lists:
        questions.ask([Asked.LISTS], partial(_read_members, connection, item, found, questions))


def _lists_of(connection: Connection, account_id: str, questions: Questions) -> tuple[str, ...]:
    """Titles of the owner's lists that an account is on."""
    answer = listed(connection.get(f"/api/v1/accounts/{account_id}/lists"), connection.host)
    titles = tuple(str(item["title"]) for item in answer if _is_list(item))
    if len(titles) < len(answer):
        questions.note(in_part(Asked.LISTS, len(answer) - len(titles)))
    return titles


def _read_members(
    connection: Connection, item: Mapping[str, Any], found: dict[str, tuple[str, ...]], questions: Questions
) -> None:
    """Put a list's title to everybody who is on it. The address names the list's id, so what is missing here is no
    lack of the software: the list may just have been removed."""
    pages = Pages(connection, f"/api/v1/lists/{item['id']}/accounts", 80, MANY)
    try:
        for page in pages:
            for member in page:
                if isinstance(member, dict) and member.get("id"):
                    found[str(member["id"])] = (*found.get(str(member["id"]), ()), str(item["title"]))
                else:
                    questions.note(in_part(Asked.LISTS, 1))
    except Refused as refusal:
        questions.note(refused(Asked.LISTS, str(refusal.status)))
    if pages.cut:
        questions.note(broke_off(Asked.LISTS))


def _flag(raw: Mapping[str, Any], key: str) -> bool | None:
    value = raw.get(key)
    return value if isinstance(value, bool) else None
