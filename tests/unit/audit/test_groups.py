"""Which group an account belongs to, and that what is not known counts against nobody."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.groups import FIRST_FITS, definition, group_of
from bot.audit.seen import SIGNALS, Group, Seen, a_day
from bot.audit.telling import CALLED
from bot.model import SELF, Post
from tests.unit.audit.made import ANN, NOW, judged, seen

MONTHS = timedelta(days=92)
TALKS = {"reply_share": 0.3, "answered_people": 5.0}
BAD = {Group.BROADCASTS, Group.FLOODS, Group.REPOSTS, Group.SILENT, Group.GONE}

SAMPLES = {
    "whom the rules find": (seen(found=True), Group.BROADCASTS),
    "whom the rules find, however much it posts": (seen({"posts_per_day": 50.0}, found=True), Group.BROADCASTS),
    "whom a rule on trial finds": (seen(verdict=judged(True, shadow=True)), Group.OTHER),
    "whom the rules find by a part of its posts": (seen(verdict=judged(True, complete=False)), Group.UNREAD),
    "who moved": (seen(found=True, account=replace(ANN, moved_to="ann@new.test")), Group.GONE),
    "who is gone": (Seen(ANN, NOW, gone="suspended"), Group.GONE),
    "who could not be read": (Seen(ANN, NOW, trouble="no answer"), Group.UNREAD),
    "who posted nothing for three months": (seen(last=None, items=0), Group.SILENT),
    "who posted last before that": (seen(last=NOW - MONTHS, items=0), Group.SILENT),
    "who came last week and posted nothing": (
        seen(last=None, items=0, account=replace(ANN, created_at=NOW - timedelta(days=7))),
        Group.THIN,
    ),
    "who only reposts": (seen({"repost_share": 0.97}), Group.REPOSTS),
    "who only reposts, and is found by a rule for that": (seen({"repost_share": 0.97}, found=True), Group.REPOSTS),
    "who reposts twice and no more": (seen({"repost_share": 1.0}, items=2), Group.THIN),
    "who posts all day": (seen({"posts_per_day": 20.0}), Group.FLOODS),
    "who posts all day and talks": (seen({"posts_per_day": 20.0, **TALKS}), Group.FLOODS),
    "who has one loud day": (seen({"posts_per_day": 60.0, "days_seen": 1.2}), Group.OTHER),
    "who answers people": (seen(TALKS), Group.TALKS),
    "who answers people with links": (seen({**TALKS, "reply_link_share": 0.9}), Group.OTHER),
    "who says the same to all": (seen({**TALKS, "repeated_reply_share": 0.8}), Group.OTHER),
    "who answers two": (seen({**TALKS, "answered_people": 2.0}), Group.OTHER),
    "who shares links and answers": (seen({"link_share": 0.7, **TALKS}), Group.CURATES),
    "who shares links and answers nobody": (seen({"link_share": 0.7}), Group.OTHER),
    "who posts little, to many": (seen({"own_posts": 4.0, **TALKS}, items=8), Group.TALKS),
    "who posts little": (seen({"own_posts": 4.0}, items=8), Group.THIN),
}


@pytest.mark.parametrize("what", SAMPLES)
def test_an_account_belongs_to_the_group_that_one_would_say(what: str) -> None:
    one, group = SAMPLES[what]
    assert group_of(one) is group


def test_every_group_has_a_definition_and_a_name() -> None:
    assert set(FIRST_FITS) == set(CALLED) == set(Group)
    assert all(definition(group).endswith(".") for group in Group)


readings = st.dictionaries(st.sampled_from(SIGNALS), st.none() | st.floats(0, 100), max_size=len(SIGNALS))


@given(readings)
def test_an_account_of_which_nothing_is_known_is_never_called_bad(known: dict[str, float | None]) -> None:
    one = replace(seen(), readings=dict.fromkeys(known))
    assert group_of(one) not in BAD


@given(readings, st.sampled_from(SIGNALS))
def test_forgetting_a_reading_that_speaks_against_an_account_never_makes_it_worse(
    known: dict[str, float | None], forgotten: str
) -> None:
    before = group_of(replace(seen(), readings=known))
    after = group_of(replace(seen(), readings={**known, forgotten: None}))
    assert after not in BAD or before in BAD


@given(readings, st.integers(0, 200), st.booleans())
def test_who_could_not_be_read_is_told_so_whatever_else_is_said(
    known: dict[str, float | None], items: int, silent: bool
) -> None:
    one = Seen(ANN, NOW, readings=known, items=items, last=None if silent else NOW, trouble="no answer")
    assert group_of(one) is Group.UNREAD


def test_what_comes_of_an_account_a_day_leaves_answers_out() -> None:
    def post(hours: int, **more: str) -> Post:
        return Post(f"{hours}", ANN.id, NOW - timedelta(hours=hours), **more)

    posts = [post(1), post(2, repost_of="2"), post(3, reply_to=SELF), post(4, reply_to="2"), post(48)]
    assert a_day(posts, NOW) == 2.0
    assert a_day([post(1)], NOW) == 1.0
    assert a_day([], NOW) == 0.0
