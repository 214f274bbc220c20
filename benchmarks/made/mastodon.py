"""Made-up statuses of full size (about 3 kB), and a network of them on the stub server."""

from typing import Any

from benchmarks.made.people import Item
from tests.servers.mastodon_network import Network, Status, link

Raw = dict[str, Any]


def extra(item: Item) -> Raw:
    """The fields of a status that make it heavy."""
    return {
        "application": {"name": "Web", "website": None},
        "media_attachments": [_picture(item, n) for n in range(item.pictures)],
        "mentions": [],
        "tags": [{"name": tag, "url": f"https://quiet.test/tags/{tag}"} for tag in item.tags],
        "card": _card(item) if item.url else None,
        "replies_count": 2,
        "reblogs_count": 3,
        "favourites_count": 5,
        "muted": False,
        "reblogged": False,
        "filtered": [],
        "quote": None,
        "quote_approval": {"automatic": ["public"], "manual": [], "current_user": "automatic"},
    }


def content(item: Item) -> str:
    """The words as Mastodon's HTML."""
    tags = "".join(
        f' <a href="https://quiet.test/tags/{t}" class="mention hashtag" rel="tag">#<span>{t}</span></a>'
        for t in item.tags
    )
    return f"<p>{item.text}{' ' + link(item.url) if item.url else ''}{tags}</p>"


def _picture(item: Item, number: int) -> Raw:
    address = f"https://files.quiet.test/media_attachments/files/{item.number:09d}/{number}"
    sizes = {
        name: {"width": 1024, "height": 768, "size": "1024x768", "aspect": 1.333} for name in ("original", "small")
    }
    return {
        "id": f"{item.number}{number}",
        "type": "image",
        "url": f"{address}/original/picture.jpeg",
        "preview_url": f"{address}/small/picture.jpeg",
        "remote_url": None,
        "meta": sizes,
        "description": item.text,
        "blurhash": "UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH",
    }


def _card(item: Item) -> Raw:
    return {
        "url": item.url,
        "title": f"{item.text[:60]}",
        "description": item.text,
        "type": "link",
        "language": "en",
        "author_name": "",
        "author_url": "",
        "authors": [],
        "provider_name": "A site",
        "provider_url": "",
        "html": "",
        "width": 1200,
        "height": 630,
        "image": "https://files.quiet.test/cache/preview_cards/images/000/000/001/original/picture.jpeg",
        "image_description": "",
        "embed_url": "",
        "blurhash": "UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH",
        "published_at": None,
    }


class Crowd:
    """A network whose owner follows so many accounts."""

    def __init__(self, accounts: int) -> None:
        self.network = Network()
        self.stranger = self.network.account("stranger@else.test")
        self.people = [self._person(number) for number in range(accounts)]
        self.asked = self.network.post(self.stranger, "<p>Does anybody know?</p>")

    def _person(self, number: int) -> str:
        person = self.network.account(
            f"person{number}@friends{number % 40}.test",
            note=f"<p>I write of this and that, and of {number} other things. {link('https://person.example/about')}</p>",
            avatar="https://files.quiet.test/accounts/avatars/000/000/001/original/picture.jpeg",
            avatar_static="https://files.quiet.test/accounts/avatars/000/000/001/original/picture.jpeg",
            header="https://files.quiet.test/accounts/headers/000/000/001/original/picture.jpeg",
            header_static="https://files.quiet.test/accounts/headers/000/000/001/original/picture.jpeg",
            fields=[{"name": "Site", "value": link("https://person.example/about"), "verified_at": None}],
            emojis=[],
            roles=[],
        )
        self.network.follow(person)
        return person

    def say(self, item: Item) -> Status:
        """Let it happen. An answer goes to a stranger, so that only the author's own feed shows it."""
        to = self.asked if item.answers else None
        return self.network.post(self.people[item.author], content(item), item.at, reply_to=to, **extra(item))
