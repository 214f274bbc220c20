"""What an account links to, how barely, and whose sites these are."""

from collections import Counter
from dataclasses import astuple

from bot.model import History
from bot.signals.base import COUNT, SHARE, share, share_of_some, signal, view
from bot.signals.sameness import common_runs, runs_in_order
from bot.signals.text import RUN, Utterance, own
from bot.signals.words import many, of
from bot.urls import Lists, clean, domain, extended, posted_elsewhere, shortened, site, social


@view
def lists(history: History) -> Lists:
    """What tells links apart: the bundled lists, and the owner's own."""
    return extended(*astuple(history.lexicon.links))


def outbound(history: History, said: Utterance) -> tuple[str, ...]:
    """The links of what was said, by the owner's own lists too: those may lead on, or be posts of the networks."""
    known = lists(history)
    if not said.links or known is extended():  # the bundled lists were asked when the post was read
        return said.links
    found = (clean(url, known) for url in said.links)
    return tuple(dict.fromkeys(url for url in found if url and not social(url, known)))


@view
def linked(history: History) -> list[Utterance]:
    """The own posts that have a link, newest first."""
    found = ((said, outbound(history, said)) for said in own(history))
    return [said._replace(links=links) for said, links in found if links]


@view
def domains(history: History) -> list[str | None]:
    """The domain behind each link of own posts, each link once a post; None where a shortener hides it."""
    known = lists(history)
    return [domain(url, known) for said in linked(history) for url in said.links]


@signal(SHARE, hint=True, label="links", says=of("post", "with a link"))
def link_share(history: History) -> float | None:
    """Share of own posts with an outbound link.

    A thread is one own post, linked when any of its parts is. Addresses that a text only spells count, also without a
    scheme (`example.com/offer`, `www.example.com`), and so does a link card that stands alone; mentions, hashtags,
    quoted posts, posts on the fediverse or Bluesky, and attachments do not. None without own posts.
    """
    return share(len(linked(history)), len(own(history)))


@signal(SHARE, hint=True, label="bare links", says=of("link", "without a word of its own"))
def bare_link_share(history: History) -> float | None:
    """Share of linked own posts that say fewer than `own_words` words of the author's own (default 4).

    URLs, hashtags, mentions and what the link card says are taken away first; in scripts without spaces two
    (Japanese, Chinese) or four (Thai) characters count as a word. None with fewer than ten linked posts.
    """
    bare = sum(len(said.words) < history.lexicon.own_words for said in linked(history))
    return share_of_some(bare, len(linked(history)))


@signal(SHARE, hint=True, label="commentary", says=of("link", "with words of its own"))
def commentary_share(history: History) -> float | None:
    """Share of linked own posts with `commentary_words` words of the author's own or more (default 25).

    What the link card says, and what the account says in other posts too, is taken away first; words are counted as
    for bare_link_share. None with fewer than ten linked posts.
    """
    least, common = history.lexicon.commentary_words, common_runs(history)
    commented = sum(len(said.words) >= least and _words_once(said.words, common) >= least for said in linked(history))
    return share_of_some(commented, len(linked(history)))


def _words_once(words: list[str], common: set[int]) -> int:
    """How many of the words stand in no run that other texts of the account have as well."""
    runs = runs_in_order(words)
    repeated = {at + place for at, run in enumerate(runs) if run in common for place in range(RUN)}
    return len(words) - len(repeated)


@signal(SHARE, hint=True, label="to one site", says=of("link", "to one site"))
def top_domain_share(history: History) -> float | None:
    """Share of the links of own posts that lead to the most linked domain.

    None with fewer than ten links, and where shorteners hide half of the domains or more.
    """
    known = Counter(d for d in domains(history) if d)
    if 2 * known.total() <= len(domains(history)):
        return None
    return share_of_some(known.most_common(1)[0][1], known.total())


def top_site(history: History) -> str:
    """The domain to which more than half of the links of own posts lead; empty where there is none."""
    found = domains(history)
    top, count = next(iter(Counter(d for d in found if d).most_common(1)), ("", 0))
    return top if 2 * count > len(found) else ""


@signal(COUNT, label="sites", says=lambda count: f"links to {many(count, 'site')}")
def distinct_domains(history: History) -> float | None:
    """How many domains own posts link to. None where shorteners hide half of the domains or more."""
    known = [d for d in domains(history) if d]
    if domains(history) and 2 * len(known) <= len(domains(history)):
        return None
    return len(set(known))


@signal(SHARE, hint=True, label="shortened links", says=of("link", "behind a shortener"))
def shortener_share(history: History) -> float | None:
    """Share of the links of own posts that go through a link shortener and do not tell where they lead.

    A link card that shows the page tells it. None without links.
    """
    known = lists(history)
    hidden = 0
    if None in domains(history):
        hidden = sum(shortened(url, known) for said in linked(history) for url in said.links)
    return share(hidden, len(domains(history)))


@signal(SHARE, hint=True, label="from elsewhere", says=of("post", "copied from another network"))
def crosspost_share(history: History) -> float | None:
    """Share of own posts that are known to come from elsewhere: they link to a place where people post (instagram.com,
    flickr.com, x.com, tumblr.com, threads.net…).

    Who posts there and is mirrored here seems to broadcast links, but the post itself stands behind the link. A link
    that a shortener hides is not known to be one. None without own posts.
    """
    known = lists(history)
    mirrored = 0
    if not known.post_places.isdisjoint(domains(history)):
        mirrored = sum(any(posted_elsewhere(url, known) for url in said.links) for said in linked(history))
    return share(mirrored, len(own(history)))


@signal(SHARE, hint=True, label="to its own site", says=of("link", "to its own site"))
def own_site_share(history: History) -> float | None:
    """Share of own posts' links that lead to the account's own site, among those that tell whose site they lead to.

    Own is a domain among the profile's links or of a handle that is a domain, and a link whose card names the
    account as its author. On sites that many share (youtube.com, github.com) the part of the address that names the
    person must be the same; a page that names nobody, such as a video, does not tell. None without links, where half
    of them or more do not tell (shorteners do not either), and where the profile names no site and no card names an
    author.
    """
    known = lists(history)
    sites = {found for url in _profile_sites(history) if (found := site(url, known))}
    authors = _card_authors(history)
    if not (sites or authors):
        return None
    names = _names(history)
    links = [url for said in linked(history) for url in said.links]
    told = [not names.isdisjoint(authors.get(url, ())) or _among(site(url, known), sites) for url in links]
    certain = [own_site for own_site in told if own_site is not None]
    if 2 * len(certain) <= len(links):
        return None
    return share(sum(certain), len(certain))


def _among(where: str | None, sites: set[str]) -> bool | None:
    return None if where is None else where in sites


def _names(history: History) -> set[str]:
    """What a link card can call the account by. A handle without its host is of the account's own server."""
    handle = history.account.handle.casefold().lstrip("@")
    return {handle, handle.partition("@")[0], history.account.url.casefold()} - {""}


def _card_authors(history: History) -> dict[str, set[str]]:
    """Whom the link cards of own posts name as authors, by link."""
    authors: dict[str, set[str]] = {}
    for post in (post for parts in history.threads for post in parts if post.card_authors):
        for url in post.links:
            authors.setdefault(url, set()).update(map(str.casefold, post.card_authors))
    return authors


def _profile_sites(history: History) -> list[str]:
    handle = history.account.handle
    is_domain = "." in handle and "@" not in handle and not handle.endswith(".bsky.social")
    return [*history.account.profile_links, *([f"https://{handle}"] if is_domain else [])]
