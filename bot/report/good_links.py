"""Good links from those the owner quieted, in every form of the report; names and titles of others made harmless."""

from collections.abc import Callable, Iterator, Sequence

from bot.model import Account, GoodLink
from bot.report.escape import handle, inline, link, terminal, web
from bot.report.escape import markdown as escaped
from bot.report.figures import plural
from bot.report.shapes import GoodLinkJson, PersonJson

HEADING = "Good links from those you quieted"
TITLE = 80
"""Characters of a title."""
NAME = 30
"""Characters of a name."""
FEW, MANY = 1, 5
"""People named in a letter, and in the whole report."""


def text(links: Sequence[GoodLink]) -> Iterator[str]:
    """The section as plain text; nothing where there is none."""
    if links:
        yield "\n".join([f"{HEADING}:", *(f"· {sentence(found)}" for found in links)])


def sentence(found: GoodLink, most: int = FEW) -> str:
    """`“Old trams” https://example.org/trams – shared by Ann and 2 others you follow`."""
    title = inline(found.title, TITLE)
    what = f"“{title}” {_address(found)}" if title else _address(found)
    return f"{what} – {shared(found, most)}"


def shared(found: GoodLink, most: int = MANY) -> str:
    """`shared by Ann and 2 others you follow`."""
    return f"shared by {people(found.people, most, lambda one: inline(name(one), NAME))}"


def markdown(links: Sequence[GoodLink]) -> Iterator[str]:
    """The section as Markdown, with who of the quieted shared each; nothing where there is none."""
    if links:
        yield f"## {HEADING}"
        yield "\n".join(f"- {_item(found)}" for found in links)


def _item(found: GoodLink) -> str:
    title = link(found.url, inline(found.title, TITLE) or found.url)
    shared = people(found.people, MANY, _written)
    return f"{title} – shared by {shared}; you quieted {_written(found.shared_by)}, who shared it too"


def people(who: Sequence[Account], most: int, written: Callable[[Account], str]) -> str:
    """`Ann, whom you follow`, `Ann and Ben, whom you follow`, `Ann, Ben and 2 others you follow`."""
    shown, more = [written(one) for one in who[:most]], len(who) - most
    if more > 0:
        return f"{', '.join(shown)} and {plural(more, 'other')} you follow"
    return f"{' and '.join(filter(None, [', '.join(shown[:-1]), shown[-1]]))}, whom you follow"


def name(account: Account) -> str:
    """What an account calls itself, else its handle."""
    return " ".join(terminal(account.display_name).split()) or handle(account)


def _written(account: Account) -> str:
    return escaped(name(account), NAME)


def _address(found: GoodLink) -> str:
    return web(found.url) or inline(found.url)


def good_links_data(links: Sequence[GoodLink]) -> list[GoodLinkJson]:
    """The section for programs, everybody named."""
    return [
        {
            "url": terminal(found.url),
            "title": terminal(found.title),
            "shared_by": terminal(found.shared_by.handle),
            "people": [_person(one) for one in found.people],
            "at": found.at.isoformat(),
        }
        for found in links
    ]


def _person(account: Account) -> PersonJson:
    return {"handle": terminal(account.handle), "name": terminal(account.display_name)}
