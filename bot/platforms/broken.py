"""Why no answer came from a server, in words: what broke is told apart, since each has another remedy."""

import errno
import socket
import ssl
from collections.abc import Iterator
from typing import NamedTuple

ONLINE = "is this machine online?"
MOVED = "if the server has moved, put its new address into the config"
RENAMED = "nothing was sent; put the name that it is for into the config"
UNSIGNED = "nothing was sent; is the address right? If so, whoever runs the server must get one that others vouch for"
CERTIFICATES = {
    9: ("it is not valid yet", "nothing was sent; is this machine's clock right?"),
    10: (
        "it has run out",
        "nothing was sent; whoever runs the server must renew it, or this machine's clock is wrong",
    ),
    18: ("it signed itself", UNSIGNED),
    19: ("it signed itself", UNSIGNED),
    62: ("it is for another name", RENAMED),
}
"""What OpenSSL says of a certificate that it does not accept (X509_verify_cert_error_string), in plain words, and what
the owner can do."""
NO_TLS = frozenset(
    (
        *("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNSUPPORTED_PROTOCOL"),
        *("TLSV1_ALERT_PROTOCOL_VERSION", "SSLV3_ALERT_HANDSHAKE_FAILURE", "TLSV1_UNRECOGNIZED_NAME"),
    )
)
"""What OpenSSL says (`reason`) where both sides will never come to terms; all else may have broken on the way."""
NOT_SECURE = "nothing was sent; is the address right, with its port?"
STRANGER = "nobody whom this machine trusts vouches for it"
NO_SUCH = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
"""What a resolver says of a name that does not exist, and of one without an address; all else may pass."""
CUT_OFF, BROKE_OFF = "the connection was cut off", "the answer broke off"

NO_HTTP = "what answers there speaks no HTTP that is spoken here"
CALLED = {
    "SSLError": "its certificate is not valid",
    "IncompleteRead": BROKE_OFF,
    "ChunkedEncodingError": BROKE_OFF,
    "TooManyRedirects": "it redirects in a circle",
    "HTTPException": NO_HTTP,
}
"""What the errors of requests, urllib3 and http.client mean, by their names."""
OF_HTTPX = {"without sending complete": BROKE_OFF, "without sending": CUT_OFF}


class Broken(NamedTuple):
    """What broke, and what the owner can do about it, a clause each."""

    words: str
    remedy: str = ""
    """Empty where it may pass by itself, as far as can be told: all else is not tried again at once."""

    @property
    def wrong_address(self) -> bool:
        """Whether the remedy is another address."""
        return self.remedy in (MOVED, RENAMED)


def what_broke(fault: BaseException | None, seconds: float) -> Broken:
    """The cause of a request without an answer; `seconds` is how long one was waited for. What the libraries raise
    is looked through for what the system said."""
    for cause in _causes(fault):
        if found := _said(cause):
            return found
    for cause in _causes(fault):
        if words := _called(cause, seconds):
            return Broken(words)
    return Broken("no connection")


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    """The fault, and what it came of, as far back as is told."""
    seen: set[int] = set()
    while fault is not None and id(fault) not in seen:
        seen.add(id(fault))
        yield fault
        fault = fault.__cause__ or fault.__context__


def _said(cause: BaseException) -> Broken | None:
    """What the system itself says; None where it is a library's word."""
    if isinstance(cause, socket.gaierror):
        if cause.errno in NO_SUCH:
            return Broken("no connection: there is no such host", MOVED)
        return Broken(f"no connection: its name cannot be looked up now; {ONLINE}")
    if isinstance(cause, ssl.SSLCertVerificationError):
        why, remedy = CERTIFICATES.get(cause.verify_code, (STRANGER, UNSIGNED))
        return Broken(f"its certificate is not valid: {why}", remedy)
    if isinstance(cause, ConnectionResetError | BrokenPipeError | ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Broken(CUT_OFF)
    if isinstance(cause, ssl.SSLError) and cause.reason in NO_TLS:
        return Broken("no secure connection: what answers there speaks no TLS that is spoken here", NOT_SECURE)
    if isinstance(cause, ssl.SSLError):
        return Broken("the secure connection broke off")
    if isinstance(cause, ConnectionRefusedError):
        return Broken("no connection: it was refused")
    if isinstance(cause, OSError) and cause.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        return Broken(f"no connection: no way leads there; {ONLINE}")
    return None


def _called(cause: BaseException, seconds: float) -> str:
    """What a library means, by the name of its error: none of them is imported for it. Empty for what says nothing."""
    names = {kind.__name__ for kind in type(cause).__mro__}
    if any("Timeout" in name for name in names):
        return f"no answer within {seconds:.0f} seconds"
    if "RemoteProtocolError" in names:  # httpx has one for all, told apart by its words alone
        return next((words for part, words in OF_HTTPX.items() if part in str(cause)), NO_HTTP)
    return next((words for name, words in CALLED.items() if name in names), "")
