"""What names, quotes or links is gone: a word planted wherever one can stand is found nowhere."""

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.anonymise import anonymised
from bot.archive import dump, read
from bot.config import default_config
from bot.model import SELF, Account, History, Post
from tests.unit.anonymise import made
from tests.unit.anonymise.made import LEXICONS, UNTIL

PLANTED = "zephyrine"
ALPHABETS = (
    "zephyrine",
    "Zephyrine",
    "ZEPHYRINE",
    "зефирин",
    "ゼフィリン",
    "蓝色西风",
    "เซฟีรีน",
    "제피린",
    "ⓩⓔⓟⓗ",
    "𝐙𝐞𝐩𝐡",
)
"""The word in other scripts, some of them made of signs."""
URLS = (
    "https://{}.test/", "https://www.{}.test", "https://{}.shop.test/x", "https://shop.test/{}", "https://shop.test/a?{}=b",
    "https://shop.test/a?q={}#{}", "https://github.com/{}/{}", "https://{}.medium.com/{}", "https://medium.com/@{}/{}",
    "https://bit.ly/{}", "https://youtube.com/watch?v={}", "https://youtu.be/{}", "https://{}.google.com/{}",
    "https://amazon.de/{}/e/{}", "https://town.test/@{}/109876543210123", "https://{}.test/@ann/109876543210123",
    "https://bsky.app/profile/{}.test/post/{}", "https://people.test/~{}/{}", "https://go.owner.test/{}",
    "https://owner.test/out?to=https%3A%2F%2F{}.test%2F{}", "https://{}.tumblr.com/post/{}", "https://{}.wordpress.com",
    "https://a.{}.wordpress.com/{}", "https://instagram.com/stories/{}/1", "https://{}:{}@shop.test:8443/{}",
    "https://x.com/{}/status/1", "https://nyti.ms/{}", "https://{}.github.io/{}", "https://sites.google.com/view/{}",
)  # fmt: skip
SAID = (
    "{}", "a {} b", "#{}", "@{}", "@{}@town.test", "@ann@{}.test", "https://{}.test/x", "https://shop.test/{}",
    "{}.test/x", "www.{}.test", "shop.test/{}", "{}'s", "don’t-{}-at-all", "{}_x", "»{}«", "{}{}", "sign up {}",
    "#sale-{}", "x@{}.test", "shop.test/a)「{}」", "https://shop.test/x、{}", "＠{}", "＃{}", "{}: a\n\n@ann {}",
)  # fmt: skip


def planted(word: str) -> History:
    """An account that says one word, and is called by it, wherever it can."""
    urls = tuple(url.replace("{}", word) for url in URLS)
    texts = [said.replace("{}", word) for said in SAID]
    common = {"mentions": (word, f"{word}@town.test"), "tags": (word, f"#{word}"), "url": f"https://town.test/{word}"}
    card = {"card_title": word, "card_description": f"x {word}", "card_authors": (word, f"https://town.test/@{word}")}
    posts = [Post(f"{word}{n}", word, UNTIL, said, **common, **card) for n, said in enumerate(texts)]  # type: ignore[arg-type]
    posts += [Post(f"{word}l{n}", word, UNTIL, f"{url} {word}", (url,), **card) for n, url in enumerate(urls)]  # type: ignore[arg-type]
    posts += [
        Post(f"{word}r", word, UNTIL, word, reply_to=word, reply_to_post=word),
        Post(f"{word}s", word, UNTIL, word, reply_to=SELF, reply_to_post=f"{word}0"),
        Post(f"{word}b", word, UNTIL, word, repost_of=word, quote_of=f"x{word}"),
    ]
    account = Account(
        word, f"{word}@{word}.test", word, f"I am {word}, @{word} of {word}.test", (*urls, f"{word}.test", word),
        url=f"https://town.test/@{word}", moved_to=f"{word}@new.test",
    )  # fmt: skip
    return History(account, tuple(posts), UNTIL, word)


@pytest.mark.parametrize("word", ALPHABETS)
def test_a_word_planted_everywhere_is_found_nowhere(word: str) -> None:
    before = planted(word)
    assert dump(before).count(json.dumps(word)[1:-1]) > 100
    written = json.loads(dump(anonymised(before, LEXICONS)))
    found = json.dumps(written, ensure_ascii=False).casefold()
    assert word.casefold() not in found
    assert not set(word.casefold()) & set(found) - set("abcdefghijklmnopqrstuvwxyz")


@pytest.mark.parametrize("handle", ["zephyrine", "@Zephyrine@town.test", "zephyrine.test", "zephyrine.bsky.social"])
def test_no_form_of_a_handle_is_left(handle: str) -> None:
    post = Post("1", handle, UNTIL, f"@{handle}", repost_of=handle, mentions=(handle,), card_authors=(handle.title(),))
    after = dump(anonymised(History(Account(handle, handle), (post,), UNTIL)))
    assert PLANTED not in after.casefold()


LISTED = frozenset(
    part
    for lexicon in LEXICONS
    for phrase in (*lexicon.promo_words, *lexicon.promo_roles)
    for part in re.findall(r"\w+", phrase.casefold())
)
IN_ROW = f"(?:{'|'.join(map(re.escape, sorted(LISTED)))})+"
"""Listed words, one behind the other without a space, as some scripts write them."""


@pytest.mark.slow
@settings(deadline=None)
@given(seed=st.integers(0, 2**32))
@example(seed=6238898)
def test_no_word_of_any_text_is_left_but_those_of_the_lists(seed: int) -> None:
    before = made.history(seed, 25)
    lost = {word for word in words(before) if not re.fullmatch(IN_ROW, word)}
    assert lost & words(anonymised(before, LEXICONS)) == set()


def words(history: History) -> set[str]:
    """Words of three letters or more in its texts, outside of addresses."""
    texts = [history.account.bio, history.account.display_name]
    for post in history.posts:
        texts += [post.text, post.card_title, post.card_description, *post.tags]
    return {word for text in texts for word in re.findall(r"[^\W\d_]{3,}", re.sub(r"\S*[./]\S*", " ", text.casefold()))}


def test_the_date_is_moved_by_whole_weeks_and_the_time_of_day_stays() -> None:
    times = [datetime(2026, 5, 1, 12, 34, 56, 789, tzinfo=UTC), datetime(2026, 4, 1, 1, 2, 3, tzinfo=UTC)]
    posts = tuple(Post(str(time), "i1", time) for time in times)
    created = datetime(2011, 7, 9, tzinfo=UTC)
    after = anonymised(History(Account("i1", "ines@town.test", created_at=created), posts, times[0]))
    moved = [post.created_at for post in after.posts]
    assert moved == [datetime(2001, 1, 5, 12, 34, 56, 789, tzinfo=UTC), datetime(2000, 12, 6, 1, 2, 3, tzinfo=UTC)]
    assert [time.weekday() for time in moved] == [time.weekday() for time in times]
    assert after.account.created_at is not None
    assert moved[0] - after.account.created_at == times[0] - created


def test_an_account_older_than_any_calendar_is_not_moved_out_of_it() -> None:
    created = datetime(1900, 1, 2, tzinfo=UTC)
    account = Account("i1", "ines@town.test", created_at=created)
    before = History(account, (Post("1", "i1", UNTIL),), UNTIL)
    (after,) = read([dump(anonymised(before))])
    assert isinstance(after, History)
    assert after.until - created == UNTIL - created


def test_sites_that_everybody_knows_stay_and_so_do_those_of_the_owners_lists() -> None:
    links = ("https://github.com/ines/tea", "https://bit.ly/3", "https://go.owner.test/1", "https://shop.test/k/1")
    history = History(Account("i1", "ines@town.test"), (Post("1", "i1", UNTIL, links=links),), UNTIL)
    assert anonymised(history, LEXICONS).posts[0].links == (
        "https://github.com/account1/1",
        "https://bit.ly/2",
        "https://go.owner.test/3",
        "https://site2.test/4",
    )


def test_a_publishers_own_short_address_does_not_name_it() -> None:
    links = ("https://nyti.ms/3", "https://www.nytimes.com/a")
    history = History(Account("i1", "ines@town.test"), (Post("1", "i1", UNTIL, links=links),), UNTIL)
    assert "nyt" not in dump(anonymised(history, [default_config().lexicon]))


def test_the_accounts_of_one_file_are_told_apart() -> None:
    history = History(Account("i1", "ines@town.test"), (), UNTIL)
    assert [anonymised(history, (), n).account.handle for n in (1, 2)] == ["account1@site1.test", "account2@site1.test"]
