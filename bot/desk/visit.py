"""One request as a page sees it, and what a page and a write are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from typing import TypeAlias
from urllib.parse import quote, urlencode

from bot.config import Config, Profile
from bot.desk.seat import Seat
from bot.errors import UserError
from bot.service.daily import local_zone
from bot.store import Store


class NotThere(UserError):
    """There is no such page, account or day."""


@dataclass(frozen=True)
class Visit:
    """What is asked for."""

    seat: Seat
    config: Config
    profile: Profile
    now: datetime
    query: Mapping[str, str] = field(default_factory=dict)
    """What stands behind the `?`, the last of each name."""
    base: str = ""
    """What stands before every path."""
    word: str = ""
    """What a form of ours carries."""
    pairs: Sequence[tuple[str, str]] = ()
    """All that stands behind the `?`, in its order."""

    @property
    def store(self) -> Store:
        """The store."""
        return self.seat.store

    @property
    def zone(self) -> tzinfo:
        """What the owner's clocks show."""
        return local_zone(self.config)

    @property
    def today(self) -> date:
        """The owner's local date."""
        return self.now.astimezone(self.zone).date()

    def every(self, name: str) -> list[str]:
        """What stands behind the `?` under that name, as often as it is there."""
        return [value for one, value in self.pairs if one == name]

    @property
    def about(self) -> str:
        """When it is, to ten minutes by the owner's clocks: what counts hours back is told afresh so often at least."""
        return f"{self.now.astimezone(self.zone):%Y-%m-%d %H:%M}"[:-1]

    def to(self, path: str, **query: object) -> str:
        """The address of a page of this desk, of the same profile: `to("/account", id=account.id)`. Empty values are
        left out; of a list each goes in."""
        many = len(self.config.profiles) > 1
        asked = {"profile": self.profile.name if many else "", **query}
        rest = urlencode({name: value for name, value in asked.items() if value not in ("", None)}, doseq=True)
        return self.base + quote(path) + (f"?{rest}" if rest else "")

    def account_page(self, account_id: str) -> str:
        """The address of an account's page."""
        return self.to("/account", id=account_id)

    def of(self, profile: Profile) -> "Visit":
        """The same of another profile."""
        return replace(self, profile=profile)


Facts: TypeAlias = Mapping[str, object]


@dataclass(frozen=True)
class Page:
    """Something to look at, at the path `/key`. Looking changes nothing."""

    key: str
    title: str
    facts: Callable[[Visit], Facts]
    """What its template is filled with."""
    menu: bool = True
    """Whether the menu names it."""
    filled: str = ""
    """The name of its template where that is another: the report has templates too."""

    @property
    def path(self) -> str:
        """Where it is. The first page is at `/`."""
        return "/" if self.key == "today" else f"/{self.key}"

    @property
    def template(self) -> str:
        """The name of its template."""
        return self.filled or f"{self.key}.html"


@dataclass(frozen=True)
class Form:
    """What was sent with a form, the last of each name; a field that is not there is empty."""

    fields: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")


@dataclass(frozen=True)
class Done:
    """What came of a write."""

    says: str
    """A sentence for the owner, shown on the next page."""
    path: str
    """That page, as `Visit.to` has it."""


@dataclass(frozen=True)
class Write:
    """Something that changes what is kept, or done. Asked for by POST alone, at the path `/key`."""

    key: str
    does: Callable[[Visit, Form], Done]

    @property
    def path(self) -> str:
        """Where its form is sent."""
        return f"/{self.key}"
