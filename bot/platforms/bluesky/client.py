"""The library's client for calls by their names, with a session that is kept fresh.

As `atproto_client.Client`, of the library's own parts, without its typed methods: those bring the models of every call
that some server knows, of which two are needed here.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from bot.platforms.bluesky.library import (
    ClientBase,
    Request,
    Response,
    Session,
    SessionEvent,
    get_response_model,
    get_session_pds_endpoint,
    models,
)

CREATE, REFRESH = "com.atproto.server.createSession", "com.atproto.server.refreshSession"
EARLY = timedelta(minutes=15)
"""How long before it runs out a token is renewed, as the library does."""

Changed = Callable[[SessionEvent, Session], None]
"""Told of every new session."""


class Client(ClientBase):  # type: ignore[misc]
    """Calls to one server, and to the one that its session names. All raise the library's errors."""

    def __init__(self, server: str, request: Request, changed: Changed = lambda *_: None) -> None:
        super().__init__(server, request=request)
        self._session: Session | None = None
        self._changed, self._renewing = changed, Lock()
        request.add_additional_headers_source(self._token)

    @property
    def known(self) -> Session:
        """The session, once there is one."""
        assert self._session is not None  # noqa: S101  whoever asks is logged in
        return self._session

    def take_up(self, session: str) -> None:
        """Go on with a kept session."""
        self._set(SessionEvent.IMPORT, Session.decode(session))

    def create(self, handle: str, password: str) -> None:
        """Log in."""
        content = json.dumps({"identifier": handle, "password": password}).encode()
        answer = super().invoke_procedure(CREATE, content=content, headers={"Content-Type": "application/json"})
        self._set(SessionEvent.CREATE, get_response_model(answer, models.ComAtprotoServerCreateSession.Response))

    def refresh(self) -> None:
        """Fresh tokens from the refresh token."""
        headers = {"Authorization": f"Bearer {self.known.refresh_jwt}"}
        answer = super().invoke_procedure(REFRESH, headers=headers)
        self._set(SessionEvent.REFRESH, get_response_model(answer, models.ComAtprotoServerRefreshSession.Response))

    def invoke_query(self, *arguments: Any, **named: Any) -> Response:
        """Ask a query, with a token that is fresh by our clock."""
        self._keep_fresh()
        return super().invoke_query(*arguments, **named)

    def invoke_procedure(self, *arguments: Any, **named: Any) -> Response:
        """Ask a procedure, likewise."""
        self._keep_fresh()
        return super().invoke_procedure(*arguments, **named)

    def _keep_fresh(self) -> None:
        with self._renewing:
            ends = self._session.access_jwt_payload.exp if self._session else None
            if ends and datetime.now(UTC) > datetime.fromtimestamp(ends, UTC) - EARLY:
                self.refresh()

    def _set(self, event: SessionEvent, told: Any) -> None:
        """Take up a session as it was kept or told, and ask the server that it names."""
        server = get_session_pds_endpoint(told) or self._base_url
        self.update_base_url(server)
        self._session = Session(told.handle, told.did, told.access_jwt, told.refresh_jwt, server)
        self._changed(event, self._session)

    def _token(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._session.access_jwt}"} if self._session else {}
