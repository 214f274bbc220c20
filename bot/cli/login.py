"""`login`: a profile's secrets, got from its server or typed, tried out, and kept where only the owner reads them."""

import argparse
import getpass
import os
import re
import secrets
import sys
import webbrowser
from contextlib import closing
from typing import TypeAlias

from bot import notify, secrecy
from bot.cli import wiring
from bot.cli.bounded import within
from bot.cli.loopback import Loopback
from bot.cli.terminal import say
from bot.clock import SystemClock
from bot.config import Config, Profile, secret_variable
from bot.config.credentials import BOT_LOGINS, LOGINS, login_of
from bot.config.options import WAY
from bot.errors import UserError
from bot.model import Account
from bot.platforms.base import LoginNeeded, PlatformError
from bot.report.escape import handle, terminal
from bot.service import ways
from bot.service.switch import PING

ADDRESS_ASKED = "Address, such as ntfys://ntfy.example.com/topic or mailto://user:password@example.com: "
CLIENT = ("client_id", "client_secret")
"""What a Mastodon server gave quietfeed to log its owner in with, and asks for when the login is to be revoked."""
Granted: TypeAlias = tuple[str, tuple[str, str]]
"""An access token, and the CLIENT to which it was given."""
LET_IN = {False: "Asking to be let in", True: "Asking to be let in, to read alone"}
FETCHING = "Fetching the login"
APP_PASSWORD = re.compile(r"[a-z0-9]{4}(-[a-z0-9]{4}){3}")


def login(arguments: argparse.Namespace) -> int:
    """Log a profile in; what is not accepted is not kept."""
    config = wiring.config(arguments)
    profile = wiring.one(config, arguments.profile)
    if arguments.notify or arguments.ping:
        return _other_address(arguments, profile)
    _refuse_what_does_not_fit(arguments, profile)
    try:
        if profile.platform == "mastodon":
            name, account = "token", _mastodon(arguments, profile)
        else:
            name, account = _bluesky(arguments, profile)
    except PlatformError as fault:
        fault.next_step = f"nothing was kept. Is `server` right in {config.path}? Then: quietfeed login {profile.name}"
        raise
    if not arguments.bot:
        wiring.credentials().hold_back(profile.name, arguments.read_only)
    say(f"{profile.name}: logged in as {handle(account)}")
    _tell_what_goes_before(profile, name)
    _tell_what_comes_next(arguments, profile, config)
    return 0


def step(words: str) -> None:
    """Say what is being done now."""
    say(f"{terminal(words)} …", flush=True)


def host_of(profile: Profile) -> str:
    """The server as people say it."""
    return profile.server.strip().removeprefix("https://").removeprefix("http://").strip("/")


def _tell_what_comes_next(arguments: argparse.Namespace, profile: Profile, config: Config) -> None:
    """What this login may do, and the verb that follows."""
    if arguments.read_only:
        rest = f"`quietfeed login {profile.name}` asks for the rest, once you want more"
        alone = "it may only read" if profile.platform == "mastodon" else "quietfeed only reads by it"
        say(f"{alone}: reports wait in a file, and nobody can be muted; {rest}")
    named = f"--config {arguments.config} " if arguments.config else ""
    which = f" {profile.name}" if len(config.profiles) > 1 else ""
    after = f"report --send-test --profile {profile.name}" if arguments.bot else f"sweep{which}"
    say(terminal(f"next: quietfeed {named}{after}"))


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
    if arguments.bot and arguments.read_only:
        raise UserError("--bot logs in the account that sends: with --read-only it would be of no use")


def _tell_what_goes_before(profile: Profile, name: str) -> None:
    variable = secret_variable(profile.name, name)
    if os.environ.get(variable):
        say(f"note: {variable} is set in the environment and goes before what was kept now", file=sys.stderr)


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
        say(f"{profile.name}: the switch heard of quietfeed; it hears of each sweep from now on")
    else:
        name = ways.secret_name(arguments.notify)
        refuse_as_name(arguments.notify)
        keep_address(profile.name, arguments.notify, _secret(ADDRESS_ASKED))
        if arguments.notify not in profile.report_also:
            say(f"note: the report goes there once the config names it: report_also: [{arguments.notify}]")
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
    say(f"{profile}: the address of “{way}” is kept{f' ({looked.service})' if looked.service else ''}")
    if looked.lacking:
        say(f"note: {looked.why}", file=sys.stderr)


# Mastodon


def _mastodon(arguments: argparse.Namespace, profile: Profile) -> Account:
    """Get a token, ask the server whose it is, keep it."""
    from bot.platforms.mastodon import Mastodon, look_at

    host = host_of(profile)
    step(f"Looking for {host}")
    software = within(lambda: look_at(profile.server, SystemClock()), host)
    say(terminal(f"Found it: {software}." if software else "It is there, and tells strangers nothing of itself."))
    if arguments.token:
        token, client = _secret(f"Access token for {profile.server}: "), None
    else:
        token, client = (_by_browser if arguments.browser else _by_code)(profile, arguments.read_only)
    step("Asking whose login it is")
    try:
        with closing(Mastodon(profile.server, token, SystemClock(), share=wiring.BY_HAND, patience=0.0)) as platform:
            account = within(platform.owner, host)
    except LoginNeeded:
        raise UserError(f"{profile.server} does not accept this token; nothing was kept") from None
    kept = wiring.credentials()
    kept.set(profile.name, "token", token, login_of(profile))
    kept.remove(profile.name, *CLIENT)
    for name, value in zip(CLIENT, client or (), strict=False):  # without them nobody can revoke the token
        kept.set(profile.name, name, value, login_of(profile))
    return account


def _by_code(profile: Profile, reading: bool) -> Granted:
    """Out of band: the server shows a code, the owner pastes it."""
    from bot.platforms.mastodon import authorize_url, exchange, proof_key, register
    from bot.platforms.mastodon.login import OUT_OF_BAND

    host = host_of(profile)
    step(LET_IN[reading])
    keys = within(lambda: register(profile.server, OUT_OF_BAND, SystemClock(), reading=reading), host)
    verifier, challenge = proof_key()
    _show_page(authorize_url(keys, secrets.token_urlsafe(24), challenge), keys.broader)
    code = _typed("Allow quietfeed there, then paste the code here: ")
    step(FETCHING)
    return within(lambda: exchange(keys, code, verifier), host), (keys.client_id, keys.client_secret)


def _by_browser(profile: Profile, reading: bool) -> Granted:
    """By a redirect to this machine."""
    from bot.platforms.mastodon import authorize_url, exchange, proof_key, register

    host, loopback = host_of(profile), Loopback()
    try:
        step(LET_IN[reading])
        keys = within(lambda: register(profile.server, loopback.address, SystemClock(), reading=reading), host)
        verifier, challenge = proof_key()
        _show_page(authorize_url(keys, loopback.state, challenge), keys.broader)
        say("waiting for you to allow quietfeed there …", flush=True)
        code = loopback.wait()
    finally:
        loopback.close()
    step(FETCHING)
    return within(lambda: exchange(keys, code, verifier), host), (keys.client_id, keys.client_secret)


def _show_page(address: str, broader: str) -> None:
    """Print where to go, and go there where somebody sits at a terminal; `broader` says what had to be asked for."""
    if broader:
        say(f"note: {broader}", file=sys.stderr)
    print(f"Open this page in your browser:\n\n  {terminal(address)}\n", flush=True)
    if sys.stdin.isatty() and sys.stdout.isatty():
        webbrowser.open(address)


# Bluesky


def _bluesky(arguments: argparse.Namespace, profile: Profile) -> tuple[str, Account]:
    """Log in by app password; keep it, and the session that it gave. The name of what was kept, and the account."""
    host = host_of(profile)
    step(f"Looking for {host}")
    from bot.platforms.bluesky import log_in, look_at

    within(lambda: look_at(profile.server, SystemClock()), host)
    say("Found it.")
    if arguments.read_only:
        say(
            "note: Bluesky knows no logins for reading alone; this one could write. quietfeed itself makes no call that"
            " does.",
            file=sys.stderr,
        )
    who = (profile.bot_handle or "") if arguments.bot else profile.handle
    password = _secret(f"App password of {who}: ")
    if not APP_PASSWORD.fullmatch(password):
        say(
            "note: this has not the form of an app password (xxxx-xxxx-xxxx-xxxx); with one, quietfeed can neither"
            " change your login nor delete your account",
            file=sys.stderr,
        )
    step("Logging in")
    try:
        session, account = within(lambda: log_in(profile.server, who, password, SystemClock()), host)
    except LoginNeeded as refused:
        raise UserError(f"{refused}; nothing was kept") from None
    kept = wiring.credentials()
    names = (BOT_LOGINS if arguments.bot else LOGINS)["bluesky"]
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
    secrecy.note(line)
    return line


def _secret(question: str) -> str:
    """A secret: typed unseen on a terminal, else the first line of standard input."""
    if not sys.stdin.isatty():
        return _typed("")
    secret = getpass.getpass(question).strip()
    if not secret:
        raise UserError("nothing was typed; nothing was kept")
    secrecy.note(secret)
    return secret
