"""The Mastodon adapter against the mastodon-mock package: somebody else's reading of the API, over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from bot.cli import looked_up, typed
from bot.clock import SimulatedClock
from bot.model import Account, Action, Step
from bot.platforms.base import AccountGone, LoginNeeded, NotPrivate, RateLimited, Unreachable
from bot.platforms.mastodon import Mastodon, register
from bot.platforms.mastodon.login import LEAST, MARKS, OUT_OF_BAND, PICTURES
from tests.contract.remembered import stands

pytestmark = pytest.mark.live

HOUR = timedelta(hours=1)
ALICE, BOB = "alice_token", "bob_token"


class Mock:
    """A running mock with alice, who follows bob, and the adapter of alice's login."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.clock = SimulatedClock(datetime.now(UTC))
        self.platform = Mastodon(url, ALICE, self.clock, share=1.0)

    def call(self, token: str, path: str, **fields: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.post(f"{self.url}{path}", json=fields, headers=headers, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def post(self, token: str, text: str, **fields: Any) -> str:
        return str(self.call(token, "/api/v1/statuses", status=text, **fields)["id"])

    def fault(self, effect: dict[str, Any], times: int = 1) -> None:
        self.call(ALICE, "/api/v1/_mock/faults", match={"path": "/api/v1/timelines/home"}, effect=effect, count=times)

    def account(self, handle: str) -> Account:
        return self.platform.find(handle)


@pytest.fixture
def mock() -> Iterator[Mock]:
    from mastodon_mock.config import DatabaseConfig, FaultConfig, MastodonMockConfig
    from mastodon_mock.testing import MockServer
    from mastodon_mock.testing.seed import DEFAULT_TEST_SEED

    config = MastodonMockConfig(
        database=DatabaseConfig(path=":memory:"), seed=DEFAULT_TEST_SEED, faults=FaultConfig(enabled=True)
    )
    with MockServer(config=config) as server:
        made = Mock(server.base_url)
        yield made
        made.platform.close()


def test_init_finds_it(mock: Mock) -> None:
    typed_in = f"{mock.url.replace('127.0.0.1', 'LocalHost')}/@alice"
    found = looked_up.mastodon(typed.server(typed_in), typed_in)
    assert found.value == mock.url.replace("127.0.0.1", "localhost")
    assert "is there: mastodon" in found.words


def test_a_timeline_is_walked_back_then_forward(mock: Mock) -> None:
    posted = [mock.post(BOB, f"post {n}") for n in range(45)]
    pages = list(mock.platform.timeline(None))
    assert {post.id for page in pages for post in page.posts} >= set(posted)
    cursor = pages[-1].cursor
    spent = mock.platform.usage().requests
    assert [page.posts for page in mock.platform.timeline(cursor)] == []
    assert mock.platform.usage().requests == spent + 1
    new = [mock.post(BOB, f"newer {n} https://example.com/{n}") for n in range(3)]
    found = [post for page in mock.platform.timeline(cursor) for post in page.posts]
    assert [post.id for post in found] == new[::-1]
    assert found[0].links == ("https://example.com/2",)


def test_an_account_s_feed_has_its_replies(mock: Mock) -> None:
    mine = mock.post(ALICE, "a question")
    mock.post(BOB, "an answer", in_reply_to_id=mine)
    feed = mock.platform.posts_by(mock.account("bob"), datetime.now(UTC) - HOUR, 120)
    assert [post.reply_to for post in feed.posts] == [mock.platform.owner().id]
    with pytest.raises(AccountGone):
        mock.platform.posts_by(Account("99999", "ghost@example.org"), datetime.now(UTC) - HOUR, 120)


def test_standing_sees_follows_answers_favourites_and_bookmarks(mock: Mock) -> None:
    bob = mock.account("bob")
    said = mock.post(BOB, "what do you think?")
    mock.post(ALICE, "much", in_reply_to_id=said)
    mock.call(ALICE, f"/api/v1/statuses/{said}/favourite")
    mock.call(ALICE, f"/api/v1/statuses/{said}/bookmark")
    found = stands(mock.platform, [bob], datetime.now(UTC))[bob.id]
    assert found.following
    assert None not in (found.answered, found.favourited, found.bookmarked)
    assert found.reposted is None


@pytest.mark.parametrize("step", [Step.MUTE, Step.LIST, Step.HIDE_REPOSTS])
def test_each_step_is_done_seen_and_undone(mock: Mock, step: Step) -> None:
    bob = mock.account("bob")
    action = Action(bob, step, mock.clock.now() + 30 * HOUR, list_title="Quiet")
    before = mock.platform.before(action, mock.platform.standing([bob], deciding=False)[bob.id])
    mock.platform.act(action)
    done = mock.platform.standing([bob], deciding=True)[bob.id]
    assert (done.muted, done.reposts_hidden, done.lists) == (
        step is Step.MUTE,
        step is Step.HIDE_REPOSTS,
        ("Quiet",) if step is Step.LIST else (),
    )
    mock.platform.undo(Action(bob, step, action.until, action.list_title, before))
    undone = mock.platform.standing([bob], deciding=True)[bob.id]
    assert (undone.muted, undone.reposts_hidden, undone.lists) == (False, False, ())


def test_a_report_is_a_direct_thread_sent_once(mock: Mock) -> None:
    parts = ["Report of a day @bob\n\nhttps://example.com/a", "and more"]
    url = mock.platform.publish(parts, "day-1")
    assert mock.platform.publish(parts, "day-1") == url
    feed = mock.platform.posts_by(mock.platform.owner(), datetime.now(UTC) - HOUR, 40)
    assert len(feed.posts) == 2
    assert all(post.mentions == () for post in feed.posts)


def test_that_it_shows_private_posts_to_strangers_is_found_out_with_a_harmless_one(mock: Mock) -> None:
    with pytest.raises(NotPrivate, match="visible without a login"):
        mock.platform.send_test("try-1")
    feed = mock.platform.posts_by(mock.platform.owner(), datetime.now(UTC) - HOUR, 40)
    assert feed.posts == ()


@pytest.mark.parametrize(
    "effect",
    [{"type": "status", "status": 503}, {"type": "malformed"}, {"type": "status", "status": 500, "body": "<html>"}],
)
def test_passing_faults_are_tried_again_and_lasting_ones_raised(mock: Mock, effect: dict[str, Any]) -> None:
    mock.fault(effect)
    list(mock.platform.timeline(None))
    assert mock.platform.usage().retries == 1
    mock.fault(effect, times=9)
    with pytest.raises(Unreachable):
        list(mock.platform.timeline(None))


def test_a_lasting_refusal_is_raised_as_one(mock: Mock) -> None:
    mock.fault({"type": "ratelimit"}, times=9)
    with pytest.raises(RateLimited):
        list(mock.platform.timeline(None))


def test_the_server_and_its_limits_are_told(mock: Mock) -> None:
    server = mock.platform.server()
    assert server.max_characters == mock.platform.message_limit() == 500
    assert server.software
    assert dict(server.lacks) == {}


def test_a_wrong_token_is_no_login_and_an_app_is_registered(mock: Mock) -> None:
    with pytest.raises(LoginNeeded, match="is not valid any more"):
        list(Mastodon(mock.url, "no-such-token", mock.clock).timeline(None))
    assert register(mock.url, OUT_OF_BAND, mock.clock).scopes == f"{LEAST} {MARKS} {PICTURES}"
