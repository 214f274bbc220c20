"""Each signal's definition, in so few steps and with so little thought that it can be checked by reading.

Nothing here is shared with `bot.signals`. Texts are taken to be of lower case, words divided by one blank; what a link
leads to stands in the table `LINKS`, since telling links apart is the business of `bot.urls`.
"""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

from bot.model import SELF, UNKNOWN, History, Post

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Link(NamedTuple):
    """What is known of a link."""

    domain: str | None
    """None where a shortener hides it."""
    site: str | None
    """None where the address does not tell whose site it is."""
    elsewhere: bool = False
    """Whether people post there."""


LINKS = {
    "https://offers.example/1": Link("offers.example", "offers.example"),
    "https://offers.example/2": Link("offers.example", "offers.example"),
    "https://www.paper.example/story": Link("paper.example", "paper.example"),
    "https://bit.ly/3abc": Link(None, None),
    "https://www.instagram.com/p/abc/": Link("instagram.com", None, elsewhere=True),
    "https://github.com/ines/garden": Link("github.com", "github.com/ines"),
}
PROMISES = (("sale",), ("sign", "up"))
"""The phrases of advertising that `promo_words` is given."""


class Said(NamedTuple):
    """A thread of own posts, or one reply, as one."""

    posts: tuple[Post, ...]
    links: frozenset[str]
    each: tuple[tuple[str, ...], ...]
    """The words of each part."""

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(word for words in self.each for word in words)


def share(part: float, whole: float, least: int = 1) -> float | None:
    return part / whole if whole >= least else None


# -- what an account says


def is_repost(post: Post) -> bool:
    return post.repost_of is not None


def is_answer(post: Post) -> bool:
    return not is_repost(post) and post.reply_to not in (None, SELF)


def threads(history: History) -> list[list[Post]]:
    """Own posts with the parts that continue them, oldest first. What continues an answer to others is no own post."""
    begun: list[list[Post]] = []
    talk: list[str] = []
    for post in reversed(history.posts):
        if is_answer(post):
            talk.append(post.id)
        elif not is_repost(post):
            if post.reply_to == SELF and post.reply_to_post in talk:
                talk.append(post.id)
                continue
            before = [parts for parts in begun if post.reply_to_post in [part.id for part in parts]]
            if post.reply_to == SELF and post.reply_to_post is None:
                before = begun[-1:]
            if post.reply_to == SELF and before:
                before[0].append(post)
            else:
                begun.append([post])
    return begun


def words_of(post: Post) -> list[str]:
    """The author's words: not those of the link card, three in a row; of a shorter title, all of it in a row."""
    words = [word for word in post.text.split() if not word.startswith(("http", "@", "#"))]
    ours = [True] * len(words)
    for told in (post.card_title.split(), post.card_description.split()):
        size = min(3, len(told))
        for at in range(len(words) - size + 1):
            if size and any(words[at : at + size] == told[n : n + size] for n in range(len(told) - size + 1)):
                ours[at : at + size] = [False] * size
    return [word for word, own in zip(words, ours, strict=True) if own]


def said(*parts: Post) -> Said:
    links = frozenset(link for part in parts for link in part.links)
    return Said(parts, links, tuple(tuple(words_of(part)) for part in parts))


def own(history: History) -> list[Said]:
    return [said(*parts) for parts in threads(history)]


def linked(history: History) -> list[Said]:
    return [one for one in own(history) if one.links]


def replies(history: History) -> list[Said]:
    return [said(post) for post in history.posts if is_answer(post)]


def reposts(history: History) -> list[Post]:
    return [post for post in history.posts if is_repost(post)]


def long_texts(history: History) -> list[Said]:
    return [one for one in own(history) + replies(history) if len(one.words) >= history.lexicon.own_words]


def runs(one: Said) -> set[tuple[str, ...]]:
    return {words[at : at + 3] for words in one.each for at in range(len(words) - 2)}


def is_common(run: tuple[str, ...], history: History) -> bool:
    """Whether a run of words stands in more than one text that is long enough to be told apart."""
    return sum(run in runs(one) for one in long_texts(history)) > 1


def repeats(one: Said, history: History) -> bool:
    """Whether six in ten of a long text's runs of words are common."""
    found = runs(one) if len(one.words) >= history.lexicon.own_words else set()
    return bool(found) and 10 * sum(is_common(run, history) for run in found) >= 6 * len(found)


def links_again(one: Said, history: History) -> bool:
    """Whether all the links of something said stand in something else that was said as well."""
    everything = own(history) + replies(history)
    return bool(one.links) and all(sum(link in other.links for other in everything) > 1 for link in one.links)


# -- the part in which replies are known


def known(history: History) -> list[Post] | None:
    since = history.replies_known_since
    posts = [post for post in history.posts if since is None or post.created_at >= since]
    if since is None:
        return posts
    times = [post.created_at for post in posts]
    return posts if len(posts) >= 40 and max(times) - min(times) >= 2 * DAY else None


class Spoken(NamedTuple):
    """How much was said in a part of a history."""

    replies: int
    own: int


def said_in(history: History, posts: list[Post]) -> Spoken:
    """A thread belongs to the time of its first part."""
    begun = [parts for parts in threads(history) if parts[0] in posts]
    return Spoken(sum(map(is_answer, posts)), len(begun))


def spoken(history: History) -> Spoken | None:
    posts = known(history)
    found = None if posts is None else said_in(history, posts)
    return found if history.replies_known_since is None or (found and sum(found) >= 40) else None


# -- the signals


def own_posts(history: History) -> float | None:
    return len(threads(history))


def days_seen(history: History) -> float | None:
    times = [post.created_at for post in history.posts]
    return (max(times) - min(times)) / DAY if times else 0


def posts_per_day(history: History) -> float | None:
    days = days_seen(history) or 0
    return (len(threads(history)) + len(reposts(history))) / days if days >= 1 else None


def link_share(history: History) -> float | None:
    return share(len(linked(history)), len(own(history)))


def bare_link_share(history: History) -> float | None:
    bare = [one for one in linked(history) if len(one.words) < history.lexicon.own_words]
    return share(len(bare), len(linked(history)), 10)


def commentary_share(history: History) -> float | None:
    def words_once(one: Said) -> int:
        return sum(words_of_a_part_once(words) for words in one.each)

    def words_of_a_part_once(words: tuple[str, ...]) -> int:
        again = {at for at in range(len(words) - 2) if is_common(words[at : at + 3], history)}
        return sum(not {at, at - 1, at - 2} & again for at in range(len(words)))

    comments = [one for one in linked(history) if words_once(one) >= history.lexicon.commentary_words]
    return share(len(comments), len(linked(history)), 10)


def domains(history: History) -> list[str | None]:
    return [LINKS[link].domain for one in linked(history) for link in one.links]


def are_hidden(history: History) -> bool:
    """Whether half of the links or more do not tell their domain."""
    return 2 * domains(history).count(None) >= len(domains(history))


def top_domain_share(history: History) -> float | None:
    told = [domain for domain in domains(history) if domain]
    return None if are_hidden(history) else share(max(map(told.count, told)), len(told), 10)


def distinct_domains(history: History) -> float | None:
    told = {domain for domain in domains(history) if domain}
    return None if domains(history) and are_hidden(history) else len(told)


def own_site_share(history: History) -> float | None:
    ours = {LINKS[link].site for link in history.account.profile_links} - {None}
    name = history.account.handle.split("@")[0]
    parts = [post for parts in threads(history) for post in parts]
    by_us = {link for post in parts for link in post.links if name in post.card_authors}
    if not ours and not any(post.card_authors for post in parts):
        return None
    links = [link for one in linked(history) for link in one.links]
    told = [link for link in links if link in by_us or LINKS[link].site]
    if 2 * len(told) <= len(links):
        return None
    return share(sum(link in by_us or LINKS[link].site in ours for link in told), len(told))


def crosspost_share(history: History) -> float | None:
    copied = [one for one in own(history) if any(LINKS[link].elsewhere for link in one.links)]
    return share(len(copied), len(own(history)))


def shortener_share(history: History) -> float | None:
    return share(domains(history).count(None), len(domains(history)))


def reply_share(history: History) -> float | None:
    part = spoken(history)
    if part is None:
        return None
    found = [share(one.replies, one.replies + one.own) for one in (part, said_in(history, list(history.posts)))]
    return max((one for one in found if one is not None), default=None)


def answered_people(history: History) -> float | None:
    return None if spoken(history) is None else len({one.posts[0].reply_to for one in replies(history)})


def address_share(history: History) -> float | None:
    return share(sum(one.posts[0].text.startswith("@") for one in own(history)), len(own(history)))


def reply_link_share(history: History) -> float | None:
    return share(sum(bool(one.links) for one in replies(history)), len(replies(history)))


def thread_share(history: History) -> float | None:
    return share(sum(len(one.posts) >= 3 for one in own(history)), len(own(history)))


def media_share(history: History) -> float | None:
    return share(sum(any(post.media for post in one.posts) for one in own(history)), len(own(history)))


def quote_share(history: History) -> float | None:
    about = [one for one in own(history) if any(post.quote_of for post in one.posts)]
    return share(sum(len(one.words) >= history.lexicon.own_words for one in about), len(own(history)))


def repost_share(history: History) -> float | None:
    posts = known(history)
    return None if posts is None else share(sum(map(is_repost, posts)), len(posts))


def self_repost_share(history: History) -> float | None:
    posts = known(history)
    if posts is None or any(post.repost_of == UNKNOWN for post in posts):
        return None
    return share(sum(post.repost_of == history.account.id for post in posts), len(posts))


def hashtag_stuffing(history: History) -> float | None:
    def is_stuffed(one: Said) -> bool:
        tags = sum(len(post.tags) for post in one.posts)
        return tags >= 5 or (tags >= 3 and tags > len(one.words))

    return share(sum(map(is_stuffed, own(history))), len(own(history)))


def promo_words(history: History) -> float | None:
    def promises(post: Post) -> bool:
        words = tuple(post.text.split())
        return any(words[at : at + len(p)] == p for p in PROMISES for at in range(len(words)))

    return share(sum(any(map(promises, one.posts)) for one in own(history)), len(own(history)))


def duplicate_link_share(history: History) -> float | None:
    with_links = [one for one in own(history) + replies(history) if one.links]
    return share(sum(links_again(one, history) for one in with_links), len(with_links), 10)


def duplicate_text_share(history: History) -> float | None:
    texts = [one.each for one in long_texts(history)]
    return share(sum(texts.count(text) > 1 for text in texts), len(texts), 10)


def near_duplicate_share(history: History) -> float | None:
    texts = [one for one in long_texts(history) if runs(one)]
    return share(sum(repeats(one, history) for one in texts), len(texts), 10)


def repeated_reply_share(history: History) -> float | None:
    def again(one: Said) -> bool:
        is_long = len(one.words) >= max(3, history.lexicon.own_words)
        return repeats(one, history) if is_long else links_again(one, history)

    return share(sum(map(again, replies(history))), len(replies(history)), 10)


def max_posts_per_hour(history: History) -> float | None:
    return max(map(len, hours(history)), default=0)


def hours(history: History) -> list[list[object]]:
    """For each own post those of the hour that ends with it."""
    times = [parts[0].created_at for parts in threads(history)]
    return [[other for other in times if end - HOUR < other <= end] for end in times]


def burst_days(history: History) -> float | None:
    times = [parts[0].created_at for parts in threads(history)]
    return len({end.date() for end, hour in zip(times, hours(history), strict=True) if len(hour) >= 5})


def clockwork(history: History) -> float | None:
    times = [post.created_at for post in history.posts]
    evenly = len(times) > 1 and len({newer - older for newer, older in pairwise(times)}) == 1
    minutes = [parts[0].created_at.minute for parts in threads(history)]
    usual = sum(count for _, count in Counter(minutes).most_common(4))
    return None if evenly else share(usual, len(minutes), 20)


def bio_promo(history: History) -> float | None:
    return float("marketer" in history.account.bio.split()) if history.account.bio else None


def declared_bot(history: History) -> float | None:
    said_so = history.account.automated
    return None if said_so is None else float(said_so)


def group(history: History) -> float | None:
    if history.account.group is not None:
        return float(history.account.group)
    only_reposts = bool(history.posts) and all(map(is_repost, history.posts))
    return None if only_reposts and history.platform == "mastodon" else 0.0


def follower_ratio(history: History) -> float | None:
    account = history.account
    unknown = account.followers is None or account.following is None
    return None if unknown else account.followers / (account.following or 1)


def account_age_days(history: History) -> float | None:
    made = history.account.created_at
    return None if made is None else (history.until - made) / DAY


def timeline_share(history: History) -> float | None:
    return None if history.timeline_posts is None else share(history.timeline_posts, history.timeline_total or 0)
