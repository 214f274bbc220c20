"""What a server or the way to it can do wrong, and what is said of it."""

from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.platforms.base import LoginNeeded, RateLimited, Unreachable
from bot.platforms.mastodon import Mastodon
from tests.contract.mastodon.world import HOUR, World, ids


@pytest.mark.parametrize("kind", ["empty", "reset", "malformed", "truncated", "html500"])
def test_a_passing_fault_is_tried_again(world: World, kind: str) -> None:
    posted = world.posts(3)
    world.stub.fault(kind, "home")
    assert ids(list(world.platform.timeline(None))) == posted[::-1]
    assert world.platform.usage().retries == 1


@pytest.mark.parametrize("kind", ["empty", "reset", "malformed", "truncated", "html500"])
def test_a_lasting_fault_is_unreachable_and_shows_no_secret(world: World, kind: str) -> None:
    world.stub.fault(kind, "home", times=9)
    with pytest.raises(Unreachable) as caught:
        list(world.platform.timeline(None))
    assert world.network.token not in str(caught.value) + repr(world.platform)
    assert "<html" not in str(caught.value)


@pytest.mark.parametrize("kind", ["limited_iso", "limited_epoch", "limited_retry"])
@pytest.mark.parametrize("ahead", [timedelta(), timedelta(hours=-2), timedelta(days=3)])
def test_a_refusal_is_waited_out_whatever_the_server_s_clock_says(world: World, kind: str, ahead: timedelta) -> None:
    world.network.skew = ahead
    world.stub.fault(kind, "home", number=120)
    list(world.platform.timeline(None))
    assert 110 <= world.platform.usage().waited <= 130


def test_a_refusal_without_a_time_is_waited_out_too(world: World) -> None:
    world.stub.fault("limited", "home")
    list(world.platform.timeline(None))
    assert world.platform.usage().waited > 5


def test_a_long_refusal_is_raised(world: World) -> None:
    world.stub.fault("limited_retry", "home", number=7200)
    with pytest.raises(RateLimited) as caught:
        list(world.platform.timeline(None))
    assert caught.value.retry_at is not None
    assert caught.value.retry_at > world.clock.now() + HOUR


def test_doubled_headers_are_read_once(world: World) -> None:
    world.stub.fault("doubled", "home", times=9)
    list(world.platform.timeline(None))
    assert world.platform.usage().allowed == 300


def test_a_revoked_token_is_a_login_to_be_renewed(world: World) -> None:
    world.network.tokens.clear()
    with pytest.raises(LoginNeeded, match="not valid any more") as caught:
        list(world.platform.timeline(None))
    assert world.network.token not in str(caught.value)


def test_a_slow_answer_is_an_answer(world: World) -> None:
    posted = world.posts(2)
    world.stub.fault("slow", "home", number=0.3)
    assert ids(list(world.platform.timeline(None))) == posted[::-1]


def test_plain_http_is_for_this_machine_only(world: World) -> None:
    with pytest.raises(UserError, match="plain http"):
        Mastodon("http://mastodon.example", "t", world.clock)
    with pytest.raises(LoginNeeded):
        Mastodon("https://mastodon.example", "two\nlines", world.clock)


def test_the_servers_clock_is_told_with_what_was_asked_of_it(world: World) -> None:
    assert world.platform.usage().clock_offset is None
    world.clock.time -= timedelta(days=1)
    world.platform.owner()
    ahead = world.platform.usage().clock_offset
    assert ahead is not None
    assert abs(ahead - 86400) < 60
