"""An account on which the server breaks is found among many, in few requests, and told from a server that is down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.asking import IN_A_ROW, Row, standing_of
from bot.model import Account, Standing
from bot.platforms.base import RateLimited, Unreachable

MANY = [Account(f"a{number}", f"a{number}@shop.test") for number in range(40)]


class Server:
    """Answers a batch unless one of these is in it."""

    def __init__(self, *broken: str) -> None:
        self.broken = set(broken)
        self.batches = []

    @property
    def asked(self) -> int:
        return len(self.batches)

    def standing(self, accounts, deciding, within):
        self.batches.append(len(accounts))
        if broken := self.broken & {account.id for account in accounts}:
            raise Unreachable(f"500 on {min(broken)}")
        return {account.id: Standing(following=True) for account in accounts}


def test_a_batch_that_is_answered_costs_one_request():
    server = Server()
    assert len(standing_of(server, MANY, deciding=True)[0]) == 40
    assert server.asked == 1
    assert standing_of(server, [], deciding=True) == ({}, {})
    assert server.asked == 1


@given(st.sets(st.sampled_from([one.id for one in MANY]), max_size=2))
def test_those_that_break_it_are_found_and_cost_nobody_else(broken):
    server = Server(*broken)
    told, faults = standing_of(server, MANY, deciding=True)
    assert set(told) == {one.id for one in MANY} - broken
    assert {name: str(fault) for name, fault in faults.items()} == {name: f"500 on {name}" for name in broken}
    assert server.asked <= 1 + 12 * len(broken)


@given(st.sets(st.sampled_from([one.id for one in MANY[1:]])))
def test_where_anybody_can_be_told_of_the_server_is_there_however_many_break_it(broken):
    told, faults = standing_of(Server(*broken), MANY, deciding=True)
    assert (set(told), set(faults)) == ({one.id for one in MANY} - broken, broken)


def test_one_account_alone_that_breaks_it_is_its_own_fault():
    told, faults = standing_of(Server("a0"), MANY[:1], deciding=True)
    assert (told, set(faults)) == ({}, {"a0"})


def test_a_server_that_is_down_is_not_asked_for_each():
    server = Server(*(one.id for one in MANY))
    with pytest.raises(Unreachable):
        standing_of(server, MANY, deciding=True)
    assert server.batches.count(1) == IN_A_ROW, "no further account is asked for alone"
    assert server.asked <= 12


def test_a_limit_is_the_servers_and_passes_through():
    def limited(accounts, deciding, within):
        raise RateLimited("slow down")

    server = Server()
    server.standing = limited
    with pytest.raises(RateLimited):
        standing_of(server, MANY, deciding=True)


def test_so_many_in_a_row_are_the_server_and_one_that_is_reached_begins_anew():
    row = Row()
    assert [row.miss() for _ in range(IN_A_ROW)] == [False] * (IN_A_ROW - 1) + [True]
    row.reach()
    assert not row.miss()
