"""Why no answer came from a server, in words: what broke is told apart, since each has another remedy."""

import errno
import socket
import ssl
from collections.abc import Iterator

ONLINE = "is this machine online?"
CERTIFICATES = {10: "it has run out", 18: "it signed itself", 19: "it signed itself", 62: "it is for another name"}
"""What OpenSSL says of a certificate that it does not accept (X509_verify_cert_error_string), in plain words."""
STRANGER = "nobody whom this machine trusts vouches for it"


def what_broke(fault: BaseException | None, seconds: float) -> str:
    """The cause of a request without an answer; `seconds` is how long one was waited for. What the libraries raise
    is looked through for what the system said."""
    for cause in _causes(fault):
        if words := _said(cause):
            return words
    if any(_is_called(cause, "Timeout") for cause in _causes(fault)):
        return f"no answer within {seconds:.0f} seconds"
    insecure = any(_is_called(cause, "SSLError") for cause in _causes(fault))
    return "its certificate is not valid" if insecure else "no connection"


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    """The fault, and what it came of, as far back as is told."""
    seen: set[int] = set()
    while fault is not None and id(fault) not in seen:
        seen.add(id(fault))
        yield fault
        fault = fault.__cause__ or fault.__context__


def _said(cause: BaseException) -> str:
    """What the system itself says; empty where it is a library's word."""
    if isinstance(cause, socket.gaierror):
        if cause.errno == socket.EAI_AGAIN:
            return f"no connection: its name cannot be looked up now; {ONLINE}"
        return "no connection: there is no such host"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {CERTIFICATES.get(cause.verify_code, STRANGER)}"
    if isinstance(cause, ssl.SSLError):
        return "no secure connection: what answers there speaks no TLS that is spoken here"
    if isinstance(cause, ConnectionRefusedError):
        return "no connection: it was refused"
    if isinstance(cause, ConnectionResetError | BrokenPipeError):
        return "the connection was cut off"
    if isinstance(cause, OSError) and cause.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        return f"no connection: no way leads there; {ONLINE}"
    return ""


def _is_called(cause: BaseException, word: str) -> bool:
    """Whether the fault is one of that name, in whichever library: none of them is imported for it."""
    return any(word in kind.__name__ for kind in type(cause).__mro__)
