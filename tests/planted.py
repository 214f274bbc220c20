"""Secrets planted in every place where one may stand, and a search for them in any spelling.

The search is written apart from `bot.secrecy` on purpose: what hides and what seeks must not share a blind spot.
"""

import base64
import html
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

SIGNS = 'q+/7 "&w'
"""Secrets end in it, so that each encoding spells them in its own way."""
TOKEN = "planted-token-q+/7&w="  # a header takes neither blank nor quotation mark
PASSWORD = f"planted-app-password-{SIGNS}"
BOT_PASSWORD = f"planted-bot-password-{SIGNS}"
CLIENT_SECRET = f"planted-client-secret-{SIGNS}"
OTHER_TOKEN = f"planted-other-token-{SIGNS}"
DATABASE = f"planted-database-{SIGNS}"
HOOK = "planted-hook-9f3a"
HOOK_PASSWORD = "planted-login-of-the-hook-9f3a"
PING = "planted-ping-8c1f2b7e"
FLEET_KEY = "cGxhbnRlZC1mbGVldC1rZXktcGxhbnRlZC1mbGVldC0="
DESK_TOKEN = f"planted-desk-token-{SIGNS}"
IN_CONFIG = "planted-in-the-config-5d5d"
SECRETS = {
    "token": TOKEN,
    "app password": PASSWORD,
    "bot password": BOT_PASSWORD,
    "client secret": CLIENT_SECRET,
    "token of another profile": OTHER_TOKEN,
    "password of the database": DATABASE,
    "address of a webhook": HOOK,
    "password of a webhook": HOOK_PASSWORD,
    "address of the switch": PING,
    "key of a fleet": FLEET_KEY,
    "token of the desk": DESK_TOKEN,
    "in the config": IN_CONFIG,
}


def database(server: str) -> str:
    """An address of a database with the planted password."""
    return f"postgres://lab:{quote(DATABASE, safe='')}@{server}/quietfeed?connect_timeout=2"


def environment(hook: str, state: Path) -> dict[str, str]:
    """What stands in the environment: the profiles are `home` (Mastodon) and `sky` (Bluesky)."""
    return {
        "QUIETFEED_STATE_DIR": str(state),
        "QUIETFEED_HOME_TOKEN": TOKEN,
        "QUIETFEED_SKY_APP_PASSWORD": PASSWORD,
        "QUIETFEED_SKY_BOT_PASSWORD": BOT_PASSWORD,
        "QUIETFEED_HOME_NOTIFY_PHONE": f"json://ann:{HOOK_PASSWORD}@{hook}/{HOOK}",
        "QUIETFEED_FLEET_KEY": FLEET_KEY,
        "QUIETFEED_DESK_TOKEN": DESK_TOKEN,
        "QUIETFEED_HOME_PING": f"http://{hook}/{PING}",
    }


def put_in_file(state: Path) -> None:
    """What stands in the file of credentials."""
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = state / "credentials.json"
    path.write_text(json.dumps({"home": {"client_secret": CLIENT_SECRET}, "other": {"token": OTHER_TOKEN}}))
    path.chmod(0o600)


def spellings(secret: str) -> Iterator[str]:
    """How a secret may be written, each in full."""
    yield secret
    for safe in ("", "/", "/+", "-._~"):
        yield quote(secret, safe=safe)
        yield quote(secret, safe=safe).replace("%2F", "%2f").replace("%2B", "%2b")
    yield quote_plus(secret)
    yield json.dumps(secret)[1:-1]
    yield json.dumps(json.dumps(secret))[3:-3]
    yield html.escape(secret)
    yield html.escape(secret, quote=False)
    yield secret.encode().hex()
    for before in ("", "a", "ab"):  # the letters that no neighbour can change
        whole = base64.b64encode((before + secret + "zz").encode()).decode()
        kept = whole[4 if before else 0 : 4 + 4 * ((len(secret) - 3) // 3)]
        yield kept
        yield kept.replace("+", "-").replace("/", "_")


NEEDLES = {spelled: name for name, secret in SECRETS.items() for spelled in spellings(secret)}


@dataclass(frozen=True)
class Leak:
    """A secret where none belongs."""

    secret: str
    where: str
    words: str

    def __str__(self) -> str:
        return f"{self.secret} in {self.where}: …{self.words}…"


def leaks(shown: str | bytes, where: str) -> list[Leak]:
    """Every planted secret in what was shown."""
    text = shown.decode("utf-8", "replace") if isinstance(shown, bytes) else shown
    found = []
    for needle, name in NEEDLES.items():
        if (at := text.find(needle)) >= 0:
            found.append(Leak(name, where, text[max(0, at - 60) : at + len(needle) + 20].replace("\n", "⏎")))
    return found


def leaks_in_files(folder: Path, kept: Mapping[str, str]) -> list[Leak]:
    """Every planted secret in the files under a folder, archives opened; `kept` names files in which they belong."""
    found = []
    for path in sorted(one for one in folder.rglob("*") if one.is_file() and one.name not in kept):
        content = path.read_bytes()
        found += leaks(content, str(path.relative_to(folder)))
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    found += leaks(archive.read(name), f"{path.name}/{name}")
    return found
