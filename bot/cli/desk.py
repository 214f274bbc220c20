"""`desk`: the local page, beside a running daemon or alone."""

import argparse
import errno
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
REFUSED = {
    errno.EADDRINUSE: "another program does, perhaps another desk. End it, or choose another --port (0 finds one)",
    errno.EACCES: "low ports are not for everybody. Choose another --port (0 finds one)",
    errno.EADDRNOTAVAIL: "this machine has no such address. Choose another --host",
}
"""Why the system lets nobody listen there, and what to do."""
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
        seat = Seat(config, store, SystemClock(), wiring.connected, wiring.credentials().logged_in)
        app = Desk(seat, entry).app()
        base = arguments.base_url.rstrip("/") if arguments.base_url else f"http://{_shown(place)}"
        _tell(base, token, once)
        serve(app, place)
        seat.end()
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
        why = REFUSED.get(fault.errno or 0, f"{fault.strerror}: choose another --port")
        raise Failure(f"nothing can listen at {_written(host, port)}: {why}") from None
    return place


def _shown(place: socket.socket) -> str:
    return _written(*place.getsockname()[:2])


def _written(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
