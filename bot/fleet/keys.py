"""The key by which logins are encrypted at rest: from the environment, never kept, never shown."""

import json
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot import secrecy
from bot.config.credentials import Kept
from bot.errors import UserError

VARIABLE = "QUIETFEED_FLEET_KEY"
MAKE_ONE = "`quietfeed fleet new-key` prints a new one"


class Keys:
    """One key or several; the first encrypts, all decrypt, so that a key can be replaced while workers run."""

    def __init__(self, keys: MultiFernet) -> None:
        self._keys = keys

    def __repr__(self) -> str:
        return "Keys(…)"

    def seal(self, name: str, secrets: Kept) -> str:
        """The secrets of a profile, encrypted, and bound to its name."""
        return self._keys.encrypt(json.dumps({"of": name, "secrets": secrets}).encode()).decode("ascii")

    def open(self, name: str, sealed: str) -> Kept:
        """What `seal` encrypted. Raises UserError where the key is another one, or it is of another profile."""
        try:
            found: dict[str, Any] = json.loads(self._keys.decrypt(sealed.encode("ascii", "replace")))
        except InvalidToken:
            raise UserError(
                f"the login of “{name}” was encrypted by another key than {VARIABLE} holds: set the one that was there "
                f"when it was added, or add it again by `quietfeed fleet add --replace`"
            ) from None
        if found["of"] != name:
            raise UserError(f"the login kept for “{name}” is that of another profile: add it again")
        secrets: Kept = found["secrets"]
        return secrets

    def renew(self, name: str, sealed: str) -> str:
        """The same, encrypted anew by the first key. Raises UserError as `open` does."""
        return self.seal(name, self.open(name, sealed))


def keys(environ: Mapping[str, str]) -> Keys:
    """The keys in QUIETFEED_FLEET_KEY, newest first, with commas between. Raises UserError where there is none, or one
    that is no key; the message repeats nothing of it."""
    given = [one.strip() for one in environ.get(VARIABLE, "").split(",") if one.strip()]
    secrecy.note(*given)
    if not given:
        raise UserError(f"{VARIABLE} is not set: a fleet's logins are encrypted by it. {MAKE_ONE}; keep it safe")
    return Keys(MultiFernet([_key(one, place) for place, one in enumerate(given, 1)]))


def _key(given: str, place: int) -> Fernet:
    try:
        return Fernet(given)
    except ValueError:  # its words are left out: they could quote the key
        which = f"the {place}. key in {VARIABLE}" if place > 1 else VARIABLE
        raise UserError(f"{which} is no key: it is 44 letters and digits that end in =. {MAKE_ONE}") from None


def new_key() -> str:
    """A key, made up now."""
    return Fernet.generate_key().decode("ascii")
