"""What stands for everything in one history: its account, its posts, and what both of them name."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, replace

from bot.anonymise.links import Links
from bot.anonymise.names import Numbers
from bot.anonymise.people import BLUESKY, Names, People
from bot.anonymise.reading import NAMED_INSIDE, Text, names_somebody, read
from bot.anonymise.texts import Texts
from bot.anonymise.warning import as_long
from bot.anonymise.words import Together, Words
from bot.model import Account, History, Lexicon, Post
from bot.signals.features import said
from bot.signals.phrases import phrases
from bot.urls import clean, extended


class Replaced:
    """Replaces an account and its posts. What reads the same by several lexicons keeps the phrases of each; which
    sites are public the first of them tells, and so do the bundled lists."""

    def __init__(self, history: History, lexicons: Sequence[Lexicon], number: int) -> None:
        self._history, self._account = history, history.account
        self._promo = [phrases(lexicon.promo_words) for lexicon in lexicons]
        self._roles = [phrases(lexicon.promo_roles) for lexicon in lexicons]
        names = Names(_own_name(self._account.handle), number)
        self._links = Links(extended(*astuple(lexicons[0].links)), names)
        self._links.learn(_addresses(history))
        self._people = People(self._account.handle, self._account.url, names, self._links.host)
        words = Words((*self._promo, *self._roles), self._read_together())
        self._texts = Texts(words, self._links, self._people.mention)
        self._posts = Numbers()

    def account(self) -> Account:
        """The account by another name. Counts stay, and what it declares itself to be."""
        known, people = self._account, self._people
        name, bio = self._profile()
        return replace(
            known,
            id=people.id(known.id) or "",
            handle=people.handle(known.handle),
            display_name=name,
            bio=bio,
            profile_links=tuple(map(self._links.link, known.profile_links)),
            url=people.page(known.url),
            moved_to=people.handle(known.moved_to) if known.moved_to else None,
        )

    def post(self, post: Post) -> Post:
        """One post, tied to the same others."""
        people = self._people
        links = tuple(map(self._links.link, post.links))
        return replace(
            post,
            id=self._post_id(post.id),
            author=people.id(post.author) or "",
            text=as_long(post.text, self._texts.text(self._read(post))),
            links=links,
            reply_to=people.id(post.reply_to),
            reply_to_post=self._post_id(post.reply_to_post) if post.reply_to_post else post.reply_to_post,
            repost_of=people.id(post.repost_of),
            quote_of=people.id(post.quote_of),
            mentions=tuple(map(people.mention, post.mentions)),
            tags=tuple(map(self._texts.tag, post.tags)),
            card_title=self._texts.text(read(post.card_title, ())),
            card_description=self._texts.text(read(post.card_description, ())),
            card_authors=tuple(map(people.author, post.card_authors)),
            url=people.page(post.url),
        )

    def _post_id(self, one: str) -> str:
        return f"post{self._posts.of(one)}"

    def _read(self, post: Post) -> Text:
        """A post's text taken apart. In reposts no phrases are looked for: nothing of them is the account's own."""
        return read(post.text, () if post.repost_of is not None else self._promo, has_links=bool(post.links))

    def _read_profile(self) -> Text:
        return read(f"{self._account.display_name}\n{self._account.bio}", self._roles)

    def _profile(self) -> tuple[str, str]:
        """Display name and bio, which are read as one text."""
        lines = self._texts.text(self._read_profile()).split("\n")
        named = self._account.display_name.count("\n") + 1
        return "\n".join(lines[:named]), "\n".join(lines[named:])

    def _keep_known(self, texts: Sequence[Text]) -> None:
        """Remember what of addresses has to stay in them, before anything stands for them."""
        for text in texts:
            for address in text.addresses:
                url, known = clean(address.url), text.known_in(range(address.start, address.end))
                known += [NAMED_INSIDE] if names_somebody(address.url) else []
                if url and known:
                    self._links.keep(url, known)

    def _read_together(self) -> Iterator[Together]:
        """All texts, and which of them signals read as one."""
        for post in self._history.posts:
            text = self._read(post)
            if post.repost_of is None:
                self._keep_known([text])
                yield Together([text], said(post, self._history.lexicon), self._promo)
            else:
                yield Together([text])
            yield Together([read(told, ()) for told in (post.card_title, post.card_description)])
        profile = self._read_profile()
        yield Together([profile], [piece.read for piece in profile.pieces], self._roles)


def _own_name(handle: str) -> str:
    """What the account is called on its server; "" where its handle is a domain of its own."""
    name, at, _ = handle.casefold().lstrip("@").partition("@")
    if not at and name.endswith(BLUESKY):
        return name.removesuffix(BLUESKY)
    return name if at or "." not in name else ""


def _addresses(history: History) -> Iterator[str]:
    """Every address in a history, and the hosts of handles."""
    yield from history.account.profile_links
    yield f"https://{history.account.handle.rpartition('@')[2].casefold()}"
    for post in history.posts:
        yield from post.links
        yield from (address.url for address in read(post.text, (), has_links=bool(post.links)).addresses)
