"""`login`: a profile's secrets, got from its server or typed, tried out, and kept where only the owner reads them."""

import argparse
import getpass
import os
import re
import secrets
import sys
import webbrowser
from contextlib import closing

from bot import notify
from bot.cli import wiring
from bot.cli.loopback import Loopback
from bot.clock import SystemClock
from bot.config import Profile, secret_variable
from bot.config.credentials import login_of
from bot.config.options import WAY
from bot.errors import UserError
from bot.model import Account
from bot.platforms.base import LoginNeeded
from bot.report.escape import handle, terminal
from bot.service import ways
from bot.service.switch import PING

ADDRESS_ASKED = "Address, such as ntfys://ntfy.example.com/topic or mailto://user:password@example.com: "
APP_PASSWORD = re.compile(r"[a-z0-9]{4}(-[a-z0-9]{4}){3}")


def login(arguments: argparse.Namespace) -> int:
    """Log a profile in; what is not accepted is not kept."""
    profile = wiring.one(wiring.config(arguments), arguments.profile)
    if arguments.notify or arguments.ping:
        return _other_address(arguments, profile)
    _refuse_what_does_not_fit(arguments, profile)
    if profile.platform == "mastodon":
        name, account = "token", _mastodon(arguments, profile)
    else:
        name, account = _bluesky(arguments, profile)
    print(f"{profile.name}: logged in as {handle(account)}")
    _tell_what_goes_before(profile, name)
    return 0


def _refuse_what_does_not_fit(arguments: argparse.Namespace, profile: Profile) -> None:
    fitting = {"mastodon": ("browser", "token"), "bluesky": ("bot",)}.get(profile.platform)
    if fitting is None:
        raise UserError(f"profile “{profile.name}” is on “{profile.platform}”, which needs no login")
    for option in ("browser", "token", "bot"):
        if getattr(arguments, option) and option not in fitting:
            raise UserError(f"--{option} is not for {profile.platform}; see `quietfeed login --help`")
    if arguments.bot and not profile.bot_handle:
        raise UserError(f"profile “{profile.name}” names no second account: put its handle under bot_handle first")
    if arguments.token and arguments.browser:
        raise UserError("--token and --browser exclude each other")


def _tell_what_goes_before(profile: Profile, name: str) -> None:
    variable = secret_variable(profile.name, name)
    if os.environ.get(variable):
        print(f"note: {variable} is set in the environment and goes before what was kept now", file=sys.stderr)


# Addresses


def _other_address(arguments: argparse.Namespace, profile: Profile) -> int:
    """Keep where a report goes besides, or the address of the dead man's switch."""
    if arguments.notify and arguments.ping:
        raise UserError("--notify and --ping exclude each other")
    if arguments.ping:
        name, address = PING, _secret("Address of the dead man's switch, such as https://hc-ping.com/your-uuid: ")
        heard = notify.ping(address, "success")
        if not heard.sent:
            raise UserError(f"{heard.why}; nothing was kept")
        wiring.credentials().set(profile.name, name, address)
        print(f"{profile.name}: the switch heard of quietfeed; it hears of each sweep from now on")
    else:
        name = ways.secret_name(arguments.notify)
        refuse_as_name(arguments.notify)
        keep_address(profile.name, arguments.notify, _secret(ADDRESS_ASKED))
        if arguments.notify not in profile.report_also:
            print(f"note: the report goes there once the config names it: report_also: [{arguments.notify}]")
    _tell_what_goes_before(profile, name)
    return 0


def refuse_as_name(way: str) -> None:
    """Raises UserError where a way for reports cannot bear that name."""
    if not re.fullmatch(WAY, way) or way in (ways.STDOUT, ways.FEED, "file", "direct"):
        raise UserError("--notify takes a name of your own, such as phone: small letters, digits and _")


def keep_address(profile: str, way: str, address: str) -> None:
    """Keep where a report goes besides. Raises UserError where apprise knows no such address; without apprise it is
    kept, and said what is missing."""
    looked = notify.look_at(address)
    if not looked.sent and not looked.lacking:
        raise UserError(f"{looked.why}; nothing was kept")
    wiring.credentials().set(profile, ways.secret_name(way), address)
    print(f"{profile}: the address of “{way}” is kept{f' ({looked.service})' if looked.service else ''}")
    if looked.lacking:
        print(f"note: {looked.why}", file=sys.stderr)


# Mastodon


def _mastodon(arguments: argparse.Namespace, profile: Profile) -> Account:
    """Get a token, ask the server whose it is, keep it."""
    from bot.platforms.mastodon import Mastodon

    if arguments.token:
        token = _secret(f"Access token for {profile.server}: ")
    else:
        token = _by_browser(profile) if arguments.browser else _by_code(profile)
    try:
        with closing(Mastodon(profile.server, token, SystemClock(), share=wiring.BY_HAND)) as platform:
            account = platform.owner()
    except LoginNeeded:
        raise UserError(f"{profile.server} does not accept this token; nothing was kept") from None
    wiring.credentials().set(profile.name, "token", token, login_of(profile))
    return account


def _by_code(profile: Profile) -> str:
    """Out of band: the server shows a code, the owner pastes it."""
    from bot.platforms.mastodon import authorize_url, exchange, proof_key, register
    from bot.platforms.mastodon.login import OUT_OF_BAND

    keys = register(profile.server, OUT_OF_BAND, SystemClock())
    verifier, challenge = proof_key()
    _show_page(authorize_url(keys, secrets.token_urlsafe(24), challenge), keys.broader)
    code = _typed("Allow quietfeed there, then paste the code here: ")
    return exchange(keys, code, verifier)


def _by_browser(profile: Profile) -> str:
    """By a redirect to this machine."""
    from bot.platforms.mastodon import authorize_url, exchange, proof_key, register

    loopback = Loopback()
    try:
        keys = register(profile.server, loopback.address, SystemClock())
        verifier, challenge = proof_key()
        _show_page(authorize_url(keys, loopback.state, challenge), keys.broader)
        print("waiting for you to allow quietfeed there …", flush=True)
        code = loopback.wait()
    finally:
        loopback.close()
    return exchange(keys, code, verifier)


def _show_page(address: str, broader: str) -> None:
    """Print where to go, and go there where somebody sits at a terminal; `broader` says what had to be asked for."""
    if broader:
        print(f"note: {broader}", file=sys.stderr)
    print(f"Open this page in your browser:\n\n  {terminal(address)}\n", flush=True)
    if sys.stdin.isatty() and sys.stdout.isatty():
        webbrowser.open(address)


# Bluesky


def _bluesky(arguments: argparse.Namespace, profile: Profile) -> tuple[str, Account]:
    """Log in by app password; keep it, and the session that it gave. The name of what was kept, and the account."""
    from bot.platforms.bluesky import log_in

    who = (profile.bot_handle or "") if arguments.bot else profile.handle
    password = _secret(f"App password of {who}: ")
    if not APP_PASSWORD.fullmatch(password):
        print(
            "note: this has not the form of an app password (xxxx-xxxx-xxxx-xxxx); with one, quietfeed can neither"
            " change your login nor delete your account",
            file=sys.stderr,
        )
    try:
        session, account = log_in(profile.server, who, password, SystemClock())
    except LoginNeeded as refused:
        raise UserError(f"{refused}; nothing was kept") from None
    kept = wiring.credentials()
    names = ("bot_password", "bot_session") if arguments.bot else ("app_password", "session")
    for name, value in zip(names, (password, session), strict=True):
        kept.set(profile.name, name, value, login_of(profile, bot=arguments.bot))
    return names[0], account


# Asking


def _typed(question: str) -> str:
    """A line, typed or from a pipe. Raises UserError for an empty one."""
    try:
        line = input(question if sys.stdin.isatty() else "").strip()
    except EOFError:
        line = ""
    if not line:
        raise UserError("nothing was typed; nothing was kept")
    return line


def _secret(question: str) -> str:
    """A secret: typed unseen on a terminal, else the first line of standard input."""
    if not sys.stdin.isatty():
        return _typed("")
    secret = getpass.getpass(question).strip()
    if not secret:
        raise UserError("nothing was typed; nothing was kept")
    return secret
