"""`logout`: a profile's logins revoked and forgotten, and said what of quietfeed's stays."""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress

from bot.actions.lifecycle import RecordedAction
from bot.actions.recorded import recorded_actions
from bot.cli import wiring
from bot.cli.bounded import within
from bot.cli.login import CLIENT, host_of, step
from bot.cli.terminal import agreed, say
from bot.clock import SystemClock
from bot.config import Config, Profile, secret_variable
from bot.config.credentials import FROM_ENVIRONMENT, login_of
from bot.errors import UserError
from bot.model import Step
from bot.platforms.base import LoginNeeded, PlatformError
from bot.report.escape import terminal
from bot.report.figures import plural

APP_PASSWORDS = "Settings > Privacy and security > App passwords"
NOUNS = {Step.MUTE: ("mute", "mutes"), Step.LIST: ("listing", "listings"), Step.HIDE_REPOSTS: ("hiding", "hidings")}
"""What is in force, counted."""


def logout(arguments: argparse.Namespace) -> int:
    """Revoke and forget the logins of a profile; 1 where the server could not be told."""
    config = wiring.config(arguments)
    profile = wiring.one(config, arguments.profile)
    kept = wiring.credentials()
    known = [name for name in ("token", "session", "bot_session") if kept.get(profile.name, name, _of(profile, name))]
    left = _in_force(profile, config)
    if left and not arguments.yes:
        _ask(profile, left)
    failed = False
    for name in known:
        try:
            say(f"{profile.name}: {terminal(_revoked(profile, name))}")
        except (PlatformError, LoginNeeded) as fault:
            failed = True
            say(f"quietfeed: {profile.name}: {terminal(_not_revoked(profile, fault))}", file=sys.stderr)
    there_was = bool(kept.get(profile.name, "app_password") or known)
    kept.forget(profile.name)
    say(f"{profile.name}: {'forgotten here' if there_was else 'no login was kept; nothing to forget'}")
    for sentence in _stays(profile, config, left):
        say(terminal(sentence))
    return int(failed)


def _of(profile: Profile, name: str) -> str:
    return login_of(profile, bot=name.startswith("bot_"))


def _in_force(profile: Profile, config: Config) -> Sequence[RecordedAction]:
    """What quietfeed did on the account and is not taken back; none where the store cannot be read."""
    with suppress(UserError), wiring.opened(config, exclusive=False) as store:
        actions = recorded_actions(store, profile.name, dry=False)
        return [action for action in actions if action.in_force or action.unfinished]
    return []


def counted(actions: Sequence[RecordedAction]) -> str:
    """Actions in force: `3 mutes and 1 listing`."""
    many = Counter(action.step for action in actions)
    return " and ".join(plural(many[step], *NOUNS[step]) for step in NOUNS if many[step])


def _ask(profile: Profile, left: Sequence[RecordedAction]) -> None:
    """Say what stays before the login that could take it back is gone. Raises UserError unless it is to go."""
    named = f" --profile {profile.name}"
    words = (
        f"{counted(left)} of quietfeed's would stay on your account, and without a login quietfeed ends none of them: "
        f"`quietfeed undo --all{named}` first takes them back"
    )
    if not sys.stdin.isatty():
        raise UserError(f"{words}; `quietfeed logout {profile.name} --yes` leaves them")
    say(words)
    if not agreed("Log out all the same?"):
        raise UserError("nothing was done")


def _revoked(profile: Profile, name: str) -> str:
    """Revoke one login, and say so. Raises PlatformError or LoginNeeded where the server could not be told."""
    kept, host = wiring.credentials(), host_of(profile)
    secret = kept.get(profile.name, name, _of(profile, name)) or ""
    step(f"Telling {host}")
    if name == "token":
        from bot.platforms.mastodon import revoke

        client = [kept.get(profile.name, one, _of(profile, name)) for one in CLIENT]
        if os.environ.get(secret_variable(profile.name, name)) or not all(client):
            raise LoginNeeded("a token that quietfeed was given can only be revoked by you")
        within(lambda: revoke(profile.server, secret, client[0] or "", client[1] or "", SystemClock()), host)
        return "the login was revoked"
    from bot.platforms.bluesky import log_out

    within(lambda: log_out(profile.server, secret, SystemClock()), host)
    return "the session has ended" + (f" of {profile.bot_handle}" if name == "bot_session" else "")


def _not_revoked(profile: Profile, fault: UserError) -> str:
    where = f": {profile.server.rstrip('/')}/oauth/authorized_applications" if profile.platform == "mastodon" else ""
    if profile.platform == "bluesky":
        return f"the session could not be ended ({fault}); it ends by itself once the app password is revoked"
    return f"{fault}; remove quietfeed on the website, where it lists the apps that you allowed{where}"


def _stays(profile: Profile, config: Config, left: Sequence[RecordedAction]) -> Iterator[str]:
    """What logging out leaves as it is, and where the owner ends it."""
    if profile.platform == "bluesky":
        yield f"the app password is valid until you revoke it on the website: {APP_PASSWORDS}"
    for name in FROM_ENVIRONMENT:
        if os.environ.get(variable := secret_variable(profile.name, name)):
            yield f"{variable} is still set in the environment: quietfeed goes on by it until you unset it"
    with suppress(UserError), wiring.opened(config, exclusive=False) as store:
        yield f"what stays: the store with its ledger and reports ({store.url})"
    if left:
        yield f"and {counted(left)} on your account; to take them back, `quietfeed login {profile.name}`, then `undo`"
    yield f"`quietfeed login {profile.name}` begins again"
