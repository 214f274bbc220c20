"""What a refusal of Bluesky's means, by its status and the API's own name for it."""

from datetime import UTC, datetime

import pytest

from bot.errors import UserError
from bot.platforms.base import LoginNeeded, RateLimited, Unreachable, Unsupported, Unusable
from bot.platforms.bluesky.faults import Fault, Refused, check_address, error_of, service

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
        (FEED, Fault(403), Unusable),
        (FEED, Fault(403, "Forbidden"), Refused),
        (FEED, Fault(400), Refused),
        (FEED, Fault(400, "InvalidRequest"), Refused),
        (MUTE, Fault(401), LoginNeeded),
        (MUTE, Fault(400, "ExpiredToken"), LoginNeeded),
        (MUTE, Fault(400, "AccountTakedown"), LoginNeeded),
        (FEED, Fault(400, "AccountTakedown"), Refused),
        (FEED, Fault(401, "AccountTakedown"), Refused),
        (FEED, Fault(400, "ExpiredToken"), LoginNeeded),
        (FEED, Fault(401, "BlockedActor"), Refused),
        (MUTE, Fault(400, "BlockedActor"), Refused),
        (FEED, Fault(400, "XRPCNotSupported"), Unsupported),
        (FEED, Fault(None, "MethodNotImplemented"), Unsupported),
        (FEED, Fault(404, "NotFound"), Unsupported),
        (CHAT, Fault(500, "InternalServerError"), Unsupported),
        (CHAT, Fault(400, "InvalidRequest"), Refused),
        (CHAT, Fault(501), Unreachable),
        (FEED, Fault(599), Unreachable),
        (FEED, Fault(429), RateLimited),
    ],
    ids=str,
)
def test_each_refusal_is_the_error_that_the_core_understands(method: str, fault: Fault, kind: type[Exception]) -> None:
    assert type(error_of(fault, "https://pds.example.com", method, "robin.test")) is kind


def test_a_refusal_without_an_error_of_the_api_is_said_to_be_a_proxys() -> None:
    assert "a proxy's" in str(error_of(Fault(403), "https://pds.example.com", FEED, "robin.test"))


def test_a_limit_keeps_the_time_until_which_it_lasts() -> None:
    later = datetime(2026, 5, 1, 12, tzinfo=UTC)
    error = error_of(Fault(429, "RateLimitExceeded", retry_at=later), "https://pds.example.com", FEED, "robin.test")
    assert isinstance(error, RateLimited)
    assert error.retry_at == later


def test_an_error_names_the_server_what_was_asked_and_its_words_cut_short() -> None:
    fault = Fault(400, "InvalidRequest", "no\x1b way " + "x" * 500)
    error = error_of(fault, "https://pds.example.com", FEED, "robin.test")
    assert str(error).startswith(f"pds.example.com: {FEED}: 400 InvalidRequest no way xxx")
    assert len(fault.message) == 200
    assert isinstance(error, Refused)
    assert error.fault is fault
    needed = error_of(Fault(401, "AuthMissing"), "https://pds.example.com", MUTE, "robin.test")
    assert str(needed) == f"robin.test: pds.example.com: {MUTE}: 401 AuthMissing"
    assert str(Fault(None)) == ""


@pytest.mark.parametrize(
    ("fault", "gone"),
    [
        (Fault(400, "BlockedActor"), True),
        (Fault(401, "AccountDeactivated", "whatever"), True),
        (Fault(400, "InvalidRequest", "Profile not found"), True),
        (Fault(404, "InvalidRequest", " Account is deactivated. "), True),
        (Fault(403, "InvalidRequest", "Profile not found"), False),
        (Fault(None, "", "Profile not found"), False),
        (Fault(400, "InvalidRequest", "Feed not found"), False),
        (Fault(400, "InvalidRequest"), False),
    ],
)
def test_who_is_gone_is_told_by_the_errors_name_or_its_very_words(fault: Fault, gone: bool) -> None:
    assert Refused("no", fault).gone() is gone


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("bsky.social", "https://bsky.social"),
        ("https://pds.example.com/xrpc/", "https://pds.example.com"),
        ("https://pds.example.com:8443", "https://pds.example.com:8443"),
        ("http://localhost:2583", "http://localhost:2583"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://[::1]:80/x", "http://[::1]:80"),
    ],
)
def test_a_servers_address_is_its_host_alone(typed: str, address: str) -> None:
    assert check_address(typed) == address
    if address.startswith("http:"):
        with pytest.raises(UserError, match="plain http"):
            check_address(typed, plain=False)
    else:
        assert check_address(typed, plain=False) == address


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("http://pds.example.com", "plain http"),
        ("ftp://pds.example.com", "no server address"),
        ("https://robin@pds.example.com", "no server address"),
        ("https://pds .example.com", "no server address"),
        ("https://pds.example.com:port", "no server address"),
        ("https://", "no server address"),
        ("", "no server address"),
    ],
)
def test_what_is_no_address_to_send_a_password_to_is_refused(typed: str, says: str) -> None:
    with pytest.raises(UserError, match=says) as caught:
        check_address(typed)
    assert str(caught.value).startswith(f"{typed}: ")


@pytest.mark.parametrize(
    ("appview", "named"),
    [
        (None, None),
        ("", None),
        ("did:plc:view", "did:plc:view#bsky_appview"),
        ("did:web:api.example.com#other", "did:web:api.example.com#other"),
        ("https://api.example.com/", "did:web:api.example.com#bsky_appview"),
        ("api.example.com", "did:web:api.example.com#bsky_appview"),
        ("http://localhost:2584", "did:web:localhost%3A2584#bsky_appview"),
    ],
)
def test_an_appview_is_named_by_its_did(appview: str | None, named: str | None) -> None:
    assert service(appview) == named
