"""What a refusal of Bluesky's means, by its status and the API's own name for it."""

import pytest

from bot.platforms.base import LoginNeeded, RateLimited, Unreachable, Unsupported
from bot.platforms.bluesky.faults import Fault, Refused, error_of

FEED, CHAT, MUTE = "app.bsky.feed.getAuthorFeed", "chat.bsky.convo.getConvoForMembers", "app.bsky.graph.muteActor"


@pytest.mark.parametrize(
    ("method", "fault", "kind"),
    [
        (FEED, Fault(None, message="connection refused"), Unreachable),
        (FEED, Fault(429, "RateLimitExceeded"), RateLimited),
        (FEED, Fault(500, "InternalServerError"), Unreachable),
        (FEED, Fault(499), Refused),
        (CHAT, Fault(500), Unsupported),
        (CHAT, Fault(502), Unreachable),
        (FEED, Fault(501), Unreachable),
        (FEED, Fault(501, "MethodNotImplemented"), Unsupported),
        (FEED, Fault(404, "XRPCNotSupported"), Unsupported),
        (FEED, Fault(408), Unreachable),
        (FEED, Fault(425), Unreachable),
        (FEED, Fault(404), Unreachable),
        (FEED, Fault(403), Unreachable),
        (FEED, Fault(403, "Forbidden"), Refused),
        (FEED, Fault(400), Refused),
        (FEED, Fault(400, "InvalidRequest"), Refused),
        (MUTE, Fault(401), LoginNeeded),
        (MUTE, Fault(400, "ExpiredToken"), LoginNeeded),
        (MUTE, Fault(400, "AccountTakedown"), LoginNeeded),
        (FEED, Fault(400, "AccountTakedown"), Refused),
    ],
    ids=str,
)
def test_each_refusal_is_the_error_that_the_core_understands(method: str, fault: Fault, kind: type[Exception]) -> None:
    assert type(error_of(fault, "https://pds.example.com", method, "robin.test")) is kind


def test_a_refusal_without_an_error_of_the_api_is_said_to_be_a_proxys() -> None:
    assert "a proxy's" in str(error_of(Fault(403), "https://pds.example.com", FEED, "robin.test"))
