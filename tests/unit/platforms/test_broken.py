"""Why no answer came is told apart, whatever the libraries wrapped it in."""

import errno
import http.client
import socket
import ssl
from collections.abc import Callable
from contextlib import closing

import httpx
import pytest
import requests

from bot.platforms.broken import MOVED, NOT_SECURE, STRANGER, UNSIGNED, Broken, what_broke


def not_valid(code: int) -> ssl.SSLCertVerificationError:
    fault = ssl.SSLCertVerificationError(1, "certificate verify failed")
    fault.verify_code = code
    return fault


def no_tls(reason: str) -> ssl.SSLError:
    fault = ssl.SSLError(1, "as OpenSSL says it")
    fault.reason = reason
    return fault


SAID = [
    (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "no connection: there is no such host"),
    (
        socket.gaierror(socket.EAI_AGAIN, "Temporary failure"),
        "its name cannot be looked up now; is this machine online?",
    ),
    (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), "no connection: it was refused"),
    (OSError(errno.ENETUNREACH, "unreachable"), "no way leads there; is this machine online?"),
    (ConnectionResetError(errno.ECONNRESET, "reset"), "the connection was cut off"),
    (not_valid(10), "its certificate is not valid: it has run out"),
    (not_valid(62), "its certificate is not valid: it is for another name"),
    (not_valid(20), f"its certificate is not valid: {STRANGER}"),
    (no_tls("WRONG_VERSION_NUMBER"), "speaks no TLS"),
    (no_tls("DECRYPTION_FAILED_OR_BAD_RECORD_MAC"), "the secure connection broke off"),
    (ssl.SSLEOFError(8, "EOF occurred in violation of protocol"), "the connection was cut off"),
    (socket.gaierror(socket.EAI_FAIL, "Non-recoverable failure"), "its name cannot be looked up now"),
    (not_valid(9), "its certificate is not valid: it is not valid yet"),
    (http.client.IncompleteRead(b""), "the answer broke off"),
    (http.client.LineTooLong("header line"), "speaks no HTTP"),
    (httpx.RemoteProtocolError("Server disconnected without sending a response."), "the connection was cut off"),
    (httpx.RemoteProtocolError("illegal status line"), "speaks no HTTP"),
    (TimeoutError("timed out"), "no answer within 10 seconds"),
    (requests.exceptions.ReadTimeout(), "no answer within 10 seconds"),
    (httpx.ReadTimeout("timed out"), "no answer within 10 seconds"),
    (requests.exceptions.SSLError(), "its certificate is not valid"),
    (ValueError("odd"), "no connection"),
    (None, "no connection"),
]


@pytest.mark.parametrize(("fault", "words"), SAID)
def test_what_the_system_said_is_told_in_words(fault: BaseException | None, words: str) -> None:
    assert words in what_broke(fault, 10).words


@pytest.mark.parametrize(
    ("fault", "remedy"),
    [
        (socket.gaierror(socket.EAI_NONAME, ""), MOVED),
        (socket.gaierror(socket.EAI_AGAIN, ""), ""),
        (not_valid(18), UNSIGNED),
        (not_valid(20), UNSIGNED),
        (no_tls("WRONG_VERSION_NUMBER"), NOT_SECURE),
        (no_tls("DECRYPTION_FAILED_OR_BAD_RECORD_MAC"), ""),
        (ConnectionResetError(), ""),
        (httpx.ReadTimeout(""), ""),
    ],
)
def test_only_what_does_not_pass_by_itself_asks_something_of_the_owner(fault: Exception, remedy: str) -> None:
    assert what_broke(fault, 10).remedy == remedy


@pytest.mark.parametrize("fault", [fault for fault, _ in SAID if isinstance(fault, OSError)])
def test_it_is_found_however_deep_it_lies(fault: OSError) -> None:
    try:
        try:
            raise fault
        except OSError as cause:
            raise RuntimeError("a pool gave up") from cause
    except RuntimeError as wrapped:
        outer = KeyError("a library")
        outer.__context__ = wrapped
    assert what_broke(outer, 10) == what_broke(fault, 10)


def test_faults_that_lead_back_to_themselves_end() -> None:
    one, other = ValueError(), KeyError()
    one.__context__, other.__context__ = other, one
    assert what_broke(one, 10) == Broken("no connection")


@pytest.mark.parametrize("ask", [requests.get, httpx.get])
def test_both_libraries_tell_of_a_refusal(ask: Callable[[str], object]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    with pytest.raises(Exception) as caught:  # noqa: PT011  each library's own
        ask(f"http://127.0.0.1:{port}/")
    assert what_broke(caught.value, 10) == Broken("no connection: it was refused")
