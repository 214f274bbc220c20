"""The desk as a web application: its pages and writes behind the gate, and what is shown of a fault."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from importlib import resources
from threading import Semaphore
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qs, urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot import secrecy
from bot.desk.door import Door
from bot.desk.filled import filled, ready
from bot.desk.gate import NOT_OURS, Gate
from bot.desk.pages import PAGES, WRITES
from bot.desk.seat import Seat
from bot.desk.visit import Form, NotThere, Page, Visit, Write
from bot.errors import Failure, UserError
from bot.logs import event

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    Endpoint = Callable[[Request], Awaitable[Response]]

Pairs: TypeAlias = Sequence[tuple[str, str]]
"""What stands behind the `?` of an address."""
LARGEST_FORM = 64 * 1024
"""Bytes."""
MOST_FIELDS = 200
AT_ONCE = 4
"""Pages that are made at the same time: more would take their turns at the processor anyway, and memory meanwhile."""
AGAIN = 5
"""Seconds after which a page that failed is looked for again."""
FILES = {"htmx.min.js": "text/javascript", "desk.js": "text/javascript", "icon.svg": "image/svg+xml"}
"""What is served as it lies in `static`, and what it is."""
HTMX = "sha384-Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn"
"""Of htmx 4.0.1, `dist/htmx.min.js` of the npm package htmx.org: a browser runs nothing else."""


class Desk:
    """What answers requests; all that they share is in the seat."""

    def __init__(self, seat: Seat, door: Door) -> None:
        self.seat, self.door = seat, door
        self._room = Semaphore(AT_ONCE)
        if door.path in {page.path for page in PAGES if page.path != "/"}:
            raise UserError(f"a page of the desk is at {door.path} itself: choose another path for --base-url")

    def app(self) -> "ASGIApp":
        """The application, gate and all."""
        ready()
        routes = [
            *(Route(page.path, self._guarded(partial(self._show, page))) for page in PAGES),
            *(Route(write.path, self._guarded(partial(self._do, write)), methods=["POST"]) for write in WRITES),
            Route("/desk.css", self._guarded(self._style)),
            *(Route(f"/{name}", self._guarded(partial(self._file, name))) for name in FILES),
        ]
        inside = Starlette(routes=routes, exception_handlers={HTTPException: self._refuse_http})
        inside.router.redirect_slashes = False  # it would name an address that a proxy before it does not have
        return Gate(inside, self.door, self.seat.clock)

    def _guarded(self, answer: "Endpoint") -> "Endpoint":
        """The same, where a fault is a page too. Ours is told to the log in a line, and not to the page."""

        async def guarded(request: "Request") -> Response:
            try:
                return await answer(request)
            except UserError as fault:
                return self._refuse(fault, passes=request.method == "GET")
            except HTTPException:
                raise
            except ClientDisconnect:
                return Response(status_code=400)  # nobody is there to read it
            except Exception as fault:  # noqa: BLE001 - one page fails, not the desk
                event("a page failed", logging.ERROR, exc_info=fault, path=request.url.path)
                return self._fault_page(500, "This page failed. The terminal in which the desk was started says why.")

        return guarded

    async def _show(self, page: Page, request: "Request") -> Response:
        return await run_in_threadpool(self._shown, page, request.query_params.multi_items())

    def _shown(self, page: Page, pairs: Pairs) -> Response:
        with self._room:
            visit = self._visit(pairs)
            frame = {"key": page.key, "title": page.title, "said": self.seat.said(visit.query.get("said", ""))}
            return HTMLResponse(self._filled(page.template, visit, **{**frame, **page.facts(visit)}))

    async def _do(self, write: Write, request: "Request") -> Response:
        form = await _form(request)
        if not self.door.gave(form["word"]):
            return self._fault_page(403, NOT_OURS)
        return await run_in_threadpool(self._done, write, request.query_params.multi_items(), form)

    def _done(self, write: Write, pairs: Pairs, form: Form) -> Response:
        done = write.does(self._visit(pairs), form)
        joins = "&" if "?" in done.path else "?"
        where = done.path + (
            joins + urlencode({"said": self.seat.say(secrecy.without(done.says))}) if done.says else ""
        )
        return RedirectResponse(where, status_code=303)

    def _visit(self, pairs: Pairs) -> Visit:
        self.seat.look_again()
        config, query = self.seat.config, dict(pairs)
        profiles = config.chosen()
        profile = next((one for one in profiles if one.name == query.get("profile")), None)
        if profile is None and query.get("profile"):
            raise NotThere("the config has no profile of that name")
        now, door = self.seat.clock.now(), self.door
        return Visit(self.seat, config, profile or profiles[0], now, query, door.path, door.word, pairs)

    def _filled(self, template: str, visit: Visit, **facts: object) -> str:
        menu = [page for page in PAGES if page.menu]
        others = [(one.name, visit.of(one)) for one in visit.config.profiles] if len(visit.config.profiles) > 1 else []
        return filled(
            template, visit=visit, menu=menu, others=others, fault=secrecy.without(self.seat.fault), htmx=HTMX, **facts
        )

    async def _style(self, _: "Request") -> Response:
        return Response(filled("sheet.css"), media_type="text/css")

    async def _file(self, name: str, _: "Request") -> Response:
        return Response((resources.files("bot.desk") / "static" / name).read_bytes(), media_type=FILES[name])

    def _refuse(self, fault: UserError, *, passes: bool) -> Response:
        """A fault that the owner can read: what is wrong, and what to do. What is no mistake of theirs passes: the same
        page is looked for again after a while, unless something was sent with it."""
        failed = isinstance(fault, Failure)
        status = 404 if isinstance(fault, NotThere) else 503 if failed else 400
        words = f"{fault}: {fault.next_step}" if fault.next_step else str(fault)
        return self._fault_page(status, words, again=AGAIN if failed and passes else 0)

    async def _refuse_http(self, request: "Request", fault: Exception) -> Response:
        status = fault.status_code if isinstance(fault, HTTPException) else 400
        return self._fault_page(status, "There is no such page." if status == 404 else "This cannot be done here.")

    def _fault_page(self, status: int, words: str, again: int = 0) -> Response:
        page = filled("fault.html", words=secrecy.without(words), base=self.door.path, again=again)
        return HTMLResponse(page, status_code=status, headers={"refresh": str(again)} if again else {})


async def _form(request: "Request") -> Form:
    """The fields of a form. Raises HTTPException where it is larger than any of ours, or no form."""
    if not request.headers.get("content-type", "").lower().startswith("application/x-www-form-urlencoded"):
        raise HTTPException(415)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise HTTPException(413)
    try:
        found = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise HTTPException(400) from None
    return Form({name: values[-1] for name, values in found.items()})
