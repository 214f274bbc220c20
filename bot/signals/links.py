"""What an account links to, how barely, and whose sites these are."""

from functools import lru_cache
from operator import itemgetter

from bot.model import Account, History, LinkLists
from bot.signals.base import COUNT, SHARE, share, share_of_some, signal
from bot.signals.features import lists
from bot.signals.masks import count, numbers
from bot.signals.tallies import Tally
from bot.signals.window import window
from bot.signals.words import many, of
from bot.urls import site


def domains(history: History) -> Tally[int]:
    """To which domains links of own posts lead, each link once a post; those that do not tell are left out. Domains are
    told by their places among the names of the rows."""
    seen = window(history)
    return seen.posts.domains.of(seen.own & seen.posts.linked)


def untold(history: History) -> int:
    """How many links of own posts do not tell their domain."""
    seen = window(history)
    return seen.posts.untold.of(seen.own)


def _told(history: History) -> int:
    """How many links of own posts tell their domain; 0 where half of them or more do not."""
    told = domains(history).total
    return told if told > untold(history) else 0


@signal(SHARE, hint=True, label="links", says=of("post", "with a link"))
def link_share(history: History) -> float | None:
    """Tells what part of its own posts carries an outbound link.

    A thread is one own post, linked when any of its parts is. Addresses that a text only spells count, also without a
    scheme (`example.com/offer`, `www.example.com`), and so does a link card that stands alone; mentions, hashtags,
    quoted posts, posts on the fediverse or Bluesky, and attachments do not. It is not known without own posts.
    """
    seen = window(history)
    return share(count(seen.own & seen.posts.linked), count(seen.own))


@signal(SHARE, hint=True, label="bare links", says=of("link", "without a word of its own"))
def bare_link_share(history: History) -> float | None:
    """Tells what part of its own posts with a link hardly says a word beside it: fewer than `own_words` words of the
    author's (default 4).

    URLs, hashtags, mentions and what the link card says are taken away first; in scripts without spaces two (Japanese,
    Chinese) or four (Thai) characters count as a word. It is not known with fewer than ten linked posts.
    """
    seen = window(history)
    linked = seen.own & seen.posts.linked
    return share_of_some(count(linked & ~seen.posts.telling), count(linked))


@signal(SHARE, hint=True, label="commentary", says=of("link", "with words of its own"))
def commentary_share(history: History) -> float | None:
    """Tells what part of its own posts with a link says much beside it: `commentary_words` words of the author's or
    more (default 25).

    What the link card says, and what the account says in other posts too, is taken away first; words are counted as for
    bare_link_share. It is not known with fewer than ten linked posts.
    """
    seen = window(history)
    return share_of_some(count(seen.commenting), count(seen.own & seen.posts.linked))


@signal(SHARE, hint=True, label="to one site", says=of("link", "to one site"))
def top_domain_share(history: History) -> float | None:
    """Tells what part of the links in its own posts leads to the domain that is linked most.

    It is not known with fewer than ten links, and where shorteners hide half of the domains or more.
    """
    return share_of_some(domains(history).top(1), _told(history))


def top_site(history: History) -> str:
    """The domain to which more than half of the links of own posts lead; empty where there is none."""
    found = domains(history)
    top, most = max(found.times.items(), key=itemgetter(1), default=(0, 0))
    return window(history).posts.rows.names[top] or "" if 2 * most > found.total + untold(history) else ""


@signal(COUNT, label="sites", says=lambda count: f"links to {many(count, 'site')}")
def distinct_domains(history: History) -> float | None:
    """Counts the domains that its own posts link to.

    It is not known where shorteners hide half of the domains or more.
    """
    return domains(history).distinct if _told(history) or not untold(history) else None


@signal(SHARE, hint=True, label="shortened links", says=of("link", "behind a shortener"))
def shortener_share(history: History) -> float | None:
    """Tells what part of the links in its own posts goes through a link shortener and does not tell where it leads.

    A link card that shows the page tells it. It is not known without links.
    """
    seen = window(history)
    return share(seen.posts.shortened.of(seen.own), domains(history).total + untold(history))


@signal(SHARE, hint=True, label="from elsewhere", says=of("post", "copied from another network"))
def crosspost_share(history: History) -> float | None:
    """Tells what part of its own posts is known to come from elsewhere, since they link to a place where people post,
    such as instagram.com, flickr.com, x.com, tumblr.com or threads.net.

    Who posts there and is mirrored here seems to broadcast links, but the post itself stands behind the link. A link
    that a shortener hides is not known to be one. It is not known without own posts.
    """
    seen = window(history)
    return share(count(seen.own & seen.posts.elsewhere), count(seen.own))


@signal(SHARE, hint=True, label="to its own site", says=of("link", "to its own site"))
def own_site_share(history: History) -> float | None:
    """Tells what part of the links in its own posts leads to its own site, among those that tell whose site they lead
    to.

    Its own site is a domain among the profile's links, or a handle that is a domain; a link whose card names the
    account as its author leads there too. On sites that many share (youtube.com, github.com) the part of the address
    that names the person must be the same; a page that names nobody, such as a video, does not tell. It is not known
    without links, where half of them or more do not tell (shorteners do not either), and where the profile names no
    site and no card names an author.
    """
    seen = window(history)
    sites = _sites(history.account.handle, history.account.profile_links, history.lexicon.links)
    authors = seen.posts.card_authors(seen.all & seen.posts.parts_of_own)
    if not (sites or authors):
        return None
    names = _names(history.account)
    ours = {one for one, named in authors.items() if not names.isdisjoint(named)}
    links = [link for number in numbers(seen.own & seen.posts.linked) for link in seen.posts.links(number)]
    certain = [link in ours or link.site in sites for link in links if link in ours or link.site]
    if 2 * len(certain) <= len(links):
        return None
    return share(sum(certain), len(certain))


def _names(account: Account) -> set[str]:
    """What a link card can call the account by. A handle without its host is of the account's own server."""
    handle = account.handle.casefold().lstrip("@")
    return {handle, handle.partition("@")[0], account.url.casefold()} - {""}


@lru_cache(maxsize=64)
def _sites(handle: str, links: tuple[str, ...], listed: LinkLists) -> frozenset[str]:
    """The sites that a profile with these links names, as links are told apart by these lists."""
    is_domain = "." in handle and "@" not in handle and not handle.endswith(".bsky.social")
    named = [*links, *([f"https://{handle}"] if is_domain else [])]
    return frozenset(found for url in named if (found := site(url, lists(listed))))
