"""Many profiles share a few places at work: nobody is kept waiting by what is wrong with somebody else's server."""

import heapq
from collections import Counter
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from bot.service.places import Waiting, next_to_begin

SERVERS = st.sampled_from("abcdefgh")
WAITING = st.lists(st.tuples(SERVERS, st.integers(0, 20)), max_size=40).map(
    lambda found: [Waiting(f"p{number}", server, since) for number, (server, since) in enumerate(found)]
)
PLACES = st.integers(1, 20)


@st.composite
def moments(draw):
    """Who waits, who is at work, and how many places there are: as it may stand after any number of turns."""
    places, at_work = draw(PLACES), []
    for _ in range(draw(st.integers(0, 4))):
        at_work += [one.server for one in next_to_begin(draw(WAITING), at_work, places)]
        at_work = draw(st.permutations(at_work))[: draw(st.integers(0, places))]
    return draw(WAITING), at_work, places


@given(moments())
def test_whoever_begins_waited_and_begins_once_and_there_are_never_more_at_work_than_places(moment):
    waiting, at_work, places = moment
    begun = next_to_begin(waiting, at_work, places)
    assert set(begun) <= set(waiting)
    assert len(set(begun)) == len(begun)
    assert len(at_work) + len(begun) <= places


@given(moments())
def test_no_server_gets_more_than_half_of_the_places_that_the_others_leave(moment):
    waiting, at_work, places = moment
    begun = Counter(one.server for one in next_to_begin(waiting, at_work, places))
    held = Counter(at_work) + begun
    for server in begun:
        others = held.total() - held[server]
        before = len(at_work) - Counter(at_work)[server]
        assert held[server] <= (places - min(others, before) + 1) // 2


@given(moments())
def test_while_a_place_is_free_nobody_waits_whose_server_holds_none(moment):
    waiting, at_work, places = moment
    begun = next_to_begin(waiting, at_work, places)
    held = Counter(at_work) + Counter(one.server for one in begun)
    if held.total() < places:
        assert all(held[one.server] for one in waiting)


@given(moments())
def test_on_one_server_who_waits_longest_goes_first(moment):
    waiting, at_work, places = moment
    begun = next_to_begin(waiting, at_work, places)
    for one in set(waiting) - set(begun):
        assert all(other.since <= one.since for other in begun if other.server == one.server)
    assert [one.since for one in begun] == sorted(one.since for one in begun)


@given(WAITING, PLACES)
def test_the_longest_waiting_of_all_begins_where_nobody_is_at_work(waiting, places):
    begun = next_to_begin(waiting, [], places)
    assert bool(begun) == bool(waiting)
    assert not waiting or begun[0].since == min(one.since for one in waiting)


def lived(jobs, places):
    """How long each job waited: `jobs` maps a name to its server and how long it takes; all come at once."""
    waiting = [Waiting(name, server, 0.0) for name, (server, _) in jobs.items()]
    ends, now, waited, serial = [], 0.0, {}, count()
    while waiting or ends:
        for one in next_to_begin(waiting, [server for _, _, server in ends], places):
            waiting.remove(one)
            waited[one.profile] = now
            heapq.heappush(ends, (now + jobs[one.profile][1], next(serial), one.server))
        now, _, _ = heapq.heappop(ends)
    return waited


LONG = 1_000_000.0


@given(
    quick=st.lists(st.floats(0.1, 30), min_size=1, max_size=60),
    stalled=st.integers(0, 60),
    bad=st.integers(0, 2),
)
def test_however_long_bad_servers_take_the_others_wait_as_long_as_their_own_take_in_a_quarter_of_the_rest(
    quick, stalled, bad
):
    """With 16 places: one bad server leaves 8, two leave 4, of which a good one gets half while others may come."""
    jobs = {f"bad{server}-{number}": (f"bad{server}", LONG) for server in range(bad) for number in range(stalled)}
    jobs |= {f"good{number}": ("good", seconds) for number, seconds in enumerate(quick)}
    own = {0: 8, 1: 4, 2: 2}[bad if stalled else 0]
    waited = lived(jobs, 16)
    longest = sum(quick) / own + max(quick)
    assert max(waited[f"good{number}"] for number in range(len(quick))) <= longest


@given(st.lists(st.tuples(SERVERS, st.floats(0.1, 1000)), min_size=1, max_size=60), PLACES)
def test_everybody_begins_once_in_the_end(jobs, places):
    assert len(lived({f"p{number}": job for number, job in enumerate(jobs)}, places)) == len(jobs)
