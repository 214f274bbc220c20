"""The library of the AT Protocol and its HTTP, imported without what nothing here uses of them: 20 MB less, and 0.7 s.

Left out are httpx's command line, loops other than its own, packings of answers that are never asked for (all of them
optional to httpx itself), and the library's typed methods: they are put off until somebody calls one, and nobody does
(see `client`). The only file that imports the libraries, and only where a profile needs them.
"""

from bot.imports import sparing

UNUSED = ("click", "brotli", "brotlicffi", "zstandard", "anyio", "trio")
"""Packages that httpx and what it stands on ask for, and do without (httpx/__init__.py, httpx/_decoders.py,
httpcore/__init__.py, httpcore/_synchronization.py)."""
TYPED = ("atproto_client.namespaces.async_ns", "atproto_client.namespaces.sync_ns")
"""A method for each call that some server knows. They are run with the models of all of them, 340 modules."""

with sparing(without=UNUSED, later=TYPED):
    import httpx
    from atproto_client import models  # type: ignore[import-untyped]
    from atproto_client.client.base import ClientBase  # type: ignore[import-untyped]
    from atproto_client.client.session import (  # type: ignore[import-untyped]
        Session,
        SessionEvent,
        get_session_pds_endpoint,
    )
    from atproto_client.exceptions import AtProtocolError, RequestErrorBase  # type: ignore[import-untyped]
    from atproto_client.models.utils import get_response_model  # type: ignore[import-untyped]
    from atproto_client.request import Request, Response  # type: ignore[import-untyped]

    httpx.HTTPTransport(verify=False).close()

__all__ = [
    "AtProtocolError",
    "ClientBase",
    "Request",
    "RequestErrorBase",
    "Response",
    "Session",
    "SessionEvent",
    "get_response_model",
    "get_session_pds_endpoint",
    "httpx",
    "models",
]
