"""What an account links to, how barely, and whose sites these are."""

from collections import Counter
from urllib.parse import urlsplit

from bot.model import History
from bot.signals.base import COUNT, SHARE, share, share_of_some, signal, view
from bot.signals.sameness import common_runs, runs_in_order
from bot.signals.text import RUN, Utterance, own
from bot.urls import domain, shortened

SHARED_SITES = frozenset(
    """youtube.com youtu.be instagram.com facebook.com twitter.com x.com tiktok.com linkedin.com reddit.com github.com
    gitlab.com codeberg.org medium.com substack.com patreon.com ko-fi.com etsy.com amazon.com spotify.com
    soundcloud.com bandcamp.com vimeo.com flickr.com twitch.tv linktr.ee pinterest.com""".split()
)
"""Domains where many people live: there the first part of the path tells whose site it is."""
PEOPLE_POST_THERE = frozenset(
    """instagram.com flickr.com flic.kr twitter.com x.com threads.net threads.com tumblr.com bsky.app facebook.com
    pixelfed.social glass.photo vero.co cara.app deviantart.com artstation.com 500px.com""".split()
)
"""Where posts and pictures stand that are mirrored elsewhere."""


@view
def linked(history: History) -> list[Utterance]:
    """The own posts that have a link, newest first."""
    return [said for said in own(history) if said.links]


@view
def domains(history: History) -> list[str | None]:
    """The domain behind each link of own posts, each link once a post; None where a shortener hides it."""
    return [domain(url) for said in linked(history) for url in said.links]


@signal(SHARE, hint=True)
def link_share(history: History) -> float | None:
    """Share of own posts with an outbound link.

    A thread is one own post, linked when any of its parts is. Links without a scheme (`example.com/offer`,
    `www.example.com`) and link cards count; mentions, hashtags, quoted posts and attachments do not. None without
    own posts.
    """
    return share(len(linked(history)), len(own(history)))


@signal(SHARE, hint=True)
def bare_link_share(history: History) -> float | None:
    """Share of linked own posts that say fewer than `own_words` words of the author's own (default 4).

    URLs, hashtags, mentions and what the link card says are taken away first; in scripts without spaces two
    (Japanese, Chinese) or four (Thai) characters count as a word. None with fewer than ten linked posts.
    """
    bare = sum(len(said.words) < history.lexicon.own_words for said in linked(history))
    return share_of_some(bare, len(linked(history)))


@signal(SHARE, hint=True)
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


@signal(SHARE, hint=True)
def top_domain_share(history: History) -> float | None:
    """Share of the links of own posts that lead to the most linked domain.

    None with fewer than ten links, and where shorteners hide half of the domains or more.
    """
    known = Counter(d for d in domains(history) if d)
    if 2 * known.total() <= len(domains(history)):
        return None
    return share_of_some(known.most_common(1)[0][1], known.total())


@signal(COUNT)
def distinct_domains(history: History) -> float | None:
    """How many domains own posts link to. None where shorteners hide half of the domains or more."""
    known = [d for d in domains(history) if d]
    if domains(history) and 2 * len(known) <= len(domains(history)):
        return None
    return len(set(known))


@signal(SHARE, hint=True)
def shortener_share(history: History) -> float | None:
    """Share of the links of own posts that go through a link shortener. None without links."""
    hidden = sum(shortened(url) for said in linked(history) for url in said.links) if None in domains(history) else 0
    return share(hidden, len(domains(history)))


@signal(SHARE, hint=True)
def crosspost_share(history: History) -> float | None:
    """Share of own posts that are known to come from elsewhere: they link to a place where people post (instagram.com,
    flickr.com, x.com, tumblr.com, threads.net…).

    Who posts there and is mirrored here seems to broadcast links, but the post itself stands behind the link. A link
    that a shortener hides is not known to be one. None without own posts.
    """
    mirrored = 0
    if not PEOPLE_POST_THERE.isdisjoint(domains(history)):
        mirrored = sum(any(domain(url) in PEOPLE_POST_THERE for url in said.links) for said in linked(history))
    return share(mirrored, len(own(history)))


@signal(SHARE, hint=True)
def own_site_share(history: History) -> float | None:
    """Share of own posts' links that lead to the account's own site.

    Own is a domain among the profile's links or of a handle that is a domain, and a link whose card names the
    account as its author. On sites that many share (youtube.com, github.com) the first part of the path must be
    the same. None without links, where shorteners hide half of the domains or more, and where the profile names
    no site and no card names an author.
    """
    sites = {site for url in _profile_sites(history) if (site := _site(url))}
    authors = _card_authors(history)
    if not (sites or authors):
        return None
    known = [url for said in linked(history) for url in said.links if domain(url)]
    if 2 * len(known) <= len(domains(history)):
        return None
    names = {history.account.handle.casefold(), history.account.url.casefold()} - {""}
    return share(sum(_site(url) in sites or not names.isdisjoint(authors.get(url, ())) for url in known), len(known))


def _card_authors(history: History) -> dict[str, tuple[str, ...]]:
    """Whom the link cards of own posts name as authors, by link."""
    carded = (post for parts in history.threads for post in parts if post.card_authors)
    return {url: tuple(map(str.casefold, post.card_authors)) for post in carded for url in post.links}


def _profile_sites(history: History) -> list[str]:
    handle = history.account.handle
    is_domain = "." in handle and "@" not in handle and not handle.endswith(".bsky.social")
    return [*history.account.profile_links, *([f"https://{handle}"] if is_domain else [])]


def _site(url: str) -> str | None:
    """What tells whose site a URL is on: its domain, with the first part of the path where many share it."""
    name = domain(url)
    if name not in SHARED_SITES:
        return name
    try:
        first = urlsplit(url).path.strip("/").split("/")[0].casefold()
    except ValueError:
        return None
    return f"{name}/{first}" if first else None
