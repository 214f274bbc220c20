"""`desk`: the local page, beside a running daemon or alone."""

import argparse
import asyncio
import logging
import os
import socket
import sys
import webbrowser
from ipaddress import ip_address
from typing import TYPE_CHECKING

from bot.cli import wiring
from bot.cli.terminal import say
from bot.clock import SystemClock
from bot.errors import Failure, UserError
from bot.logs import setup

if TYPE_CHECKING:
    import uvicorn

TOKEN = "QUIETFEED_DESK_TOKEN"  # noqa: S105  its name, not the token
"""Environment variable that names the token, where it should stay the same."""
LACKING = "the desk needs packages of its own: pip install 'quietfeed[desk]'"
PATIENCE = 3
"""Seconds that requests have to end once the desk is told to."""


def desk(arguments: argparse.Namespace) -> int:
    """Serve the desk until Ctrl-C."""
    try:
        import uvicorn

        from bot.desk.app import Desk
    except ModuleNotFoundError as lacking:
        raise UserError(LACKING) from lacking
    from bot.desk.door import door, new_token
    from bot.desk.seat import Seat

    config = wiring.config(arguments)
    config.chosen()
    if not arguments.base_url and not ip_address(arguments.host).is_loopback:
        raise UserError(f"--host {arguments.host}: others reach that too; say by which address with --base-url")
    setup("warning", sys.stderr)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    with listening(arguments.host, arguments.port) as place, wiring.opened(config, exclusive=False) as store:
        port = place.getsockname()[1]
        token = os.environ.get(TOKEN) or new_token()
        entry = door(token, arguments.host, port, arguments.base_url or "", trusts_proxy=arguments.trust_proxy)
        app = Desk(Seat(config, store, SystemClock(), wiring.connected), entry).app()
        address = (
            f"{arguments.base_url.rstrip('/') if arguments.base_url else f'http://{_shown(place)}'}/?token={token}"
        )
        say(f"The desk is at {address}\nWhoever has this address can change your config. Ctrl-C ends.", flush=True)
        if arguments.open and not webbrowser.open(address):
            say("No browser could be started here: open that address in one.", file=sys.stderr)
        settings = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,  # an address may carry the token
            server_header=False,
            proxy_headers=False,  # the gate knows whom to believe
            lifespan="off",
            timeout_graceful_shutdown=PATIENCE,
        )
        _serve(uvicorn.Server(settings), place)
    return 0


def _serve(server: "uvicorn.Server", place: socket.socket) -> None:
    """Serve until Ctrl-C or SIGTERM, each of which is how it is ended, and no fault."""
    try:
        asyncio.run(server.serve(sockets=[place]))
    except KeyboardInterrupt:
        print(file=sys.stderr)


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises Failure where that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    place = socket.socket(family, socket.SOCK_STREAM)
    try:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        place.bind((host, port))
        place.listen(64)
    except OSError as fault:
        place.close()
        raise Failure(f"nothing can listen at {host}:{port} ({fault.strerror}): another --port, or --port 0") from None
    return place


def _shown(place: socket.socket) -> str:
    host, port = place.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
