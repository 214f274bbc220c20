"""`desk`: the local page, beside a running daemon or alone."""

import argparse
import logging
import os
import socket
import sys
import webbrowser
from ipaddress import ip_address
from urllib.parse import urlencode

from bot import secrecy
from bot.cli import wiring
from bot.cli.terminal import say
from bot.clock import SystemClock
from bot.errors import Failure, UserError
from bot.logs import setup

TOKEN = "QUIETFEED_DESK_TOKEN"  # noqa: S105  its name, not the token
"""Environment variable that names the token, where it should stay the same."""
LACKING = "the desk needs packages of its own: pip install 'quietfeed[desk]'"


def desk(arguments: argparse.Namespace) -> int:
    """Serve the desk until Ctrl-C."""
    try:
        from bot.cli.serving import serve
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
    logging.getLogger("uvicorn").setLevel(logging.ERROR)  # of what strangers send nothing is worth a line
    token, once = os.environ.get(TOKEN) or new_token(), new_token() if arguments.open else ""
    secrecy.note(token, once)
    with listening(arguments.host, arguments.port) as place, wiring.opened(config, exclusive=False) as store:
        port = place.getsockname()[1]
        entry = door(
            token, arguments.host, port, arguments.base_url or "", trusts_proxy=arguments.trust_proxy, once=once
        )
        app = Desk(Seat(config, store, SystemClock(), wiring.connected), entry).app()
        base = arguments.base_url.rstrip("/") if arguments.base_url else f"http://{_shown(place)}"
        _tell(base, token, once)
        serve(app, place)
    return 0


def _tell(base: str, token: str, once: str) -> None:
    """Print the address by which whoever has it comes in, and where there is another token start a browser with it."""
    address, shown = (f"{base}/?{urlencode({'token': each})}" for each in (token, once))
    say(f"The desk is at {address}\nWhoever has this address can change your config. Ctrl-C ends.", flush=True)
    if once and not webbrowser.open(shown):
        say("No browser could be started here: open that address in one.", file=sys.stderr)


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
