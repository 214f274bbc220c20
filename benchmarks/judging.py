"""How fast histories are judged: all signals and the shipped rules, 10,000 histories of 200 posts on one core."""

import random
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from benchmarks.made.resident import megabytes
from bot.config import default_config
from bot.judging.rules import judge, read
from bot.model import SELF, Account, History, Lexicon, Post
from bot.signals import BY_NAME
from bot.signals.rows import Rows
from bot.signals.window import Window, columns_of, read_already, window

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SYLLABLES = "ba de fi go lu ma ne pi ro su ta ve wi xo zu ke la mo nu ri".split()
AIM, AIM_MEGABYTES = 5.5, 150.0


def histories(count: int, posts: int, lexicon: Lexicon, minutes: int = 200) -> Iterator[History]:
    """Made-up accounts of every sort that post every so many minutes, no two posts alike, each as it would come from a
    platform."""
    chance = random.Random(7)
    vocabulary = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(2000)]
    for number in range(count):
        talks, links, reposts = chance.choice([(0.0, 1.0, 0.0), (0.5, 0.2, 0.2), (0.2, 0.5, 0.5), (0.8, 0.1, 0.1)])
        account = Account(f"a{number}", f"a{number}@example.org", bio="Writes of this and that")
        made = tuple(_post(chance, vocabulary, number, n * minutes, talks, links, reposts) for n in range(posts))
        yield History(account, made, NOW, "mastodon", lexicon=lexicon)


def _post(
    chance: random.Random, vocabulary: list[str], number: int, n: int, talks: float, links: float, reposts: float
) -> Post:
    text = " ".join(chance.choices(vocabulary, k=chance.randint(4, 30))).capitalize() + "."
    post = Post(f"{number}-{n}", f"a{number}", NOW - timedelta(minutes=n + chance.randint(0, 90)), text)
    if chance.random() < reposts:
        return replace(post, repost_of=f"b{chance.randint(0, 99)}")
    if chance.random() < talks:
        return replace(post, reply_to=SELF if chance.random() < 0.1 else f"c{chance.randint(0, 60)}")
    if chance.random() < links:
        url = f"https://site{chance.randint(0, 500)}.example/{number}/{n}"
        return replace(post, text=f"{text} {url}", links=(url,))
    return post


def unpacked(packed: bytes, lexicon: Lexicon) -> Window:
    """All posts whose rows these are."""
    rows = Rows.unpacked(packed)
    return Window(columns_of(rows, lexicon), 0, len(rows))


def main(count: int = 10_000, posts: int = 200) -> int:
    """Print seconds and megabytes, of accounts whose posts were read before and of such that are read now."""
    config = default_config()
    before, kept, read_now, fired, size = megabytes(), 0.0, 0.0, 0, 0
    for history in histories(count, posts, config.lexicon):
        began = time.process_time()
        verdict = judge(history, config.rules, config.minimum)
        readings = read(history, BY_NAME)
        read_now += time.process_time() - began
        packed = window(history).posts.rows.packed()
        began = time.process_time()
        known = read_already(replace(history), partial(unpacked, packed, config.lexicon))
        again = judge(known, config.rules, config.minimum), read(known, BY_NAME)
        kept += time.process_time() - began
        assert again == (verdict, readings), f"{history.account.handle}: not the same from what was kept"
        fired += verdict.rule is not None
        size += len(packed)
    many = count * posts
    print(f"{count} histories of {posts} posts, {len(BY_NAME)} signals, {len(config.rules)} rules; {fired} condemned")
    print(f"judging, posts read before {kept:6.2f} s CPU, {kept / many * 1e6:5.2f} µs a post (aim {AIM:g})")
    print(f"judging, posts read now    {read_now:6.2f} s CPU, {read_now / many * 1e6:5.2f} µs a post")
    print(f"kept of a post  {size / many:6.0f} bytes")
    print(f"memory          {megabytes():6.1f} MB at most (aim {AIM_MEGABYTES:g}), {before:.1f} MB before the first")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
