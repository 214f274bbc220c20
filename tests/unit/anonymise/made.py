"""Histories of everything that texts and links can be made of: scripts, addresses in all spellings, phrases, names."""

from datetime import UTC, datetime, timedelta
from random import Random

from bot.archive import dump, read
from bot.config import default_config
from bot.model import SELF, UNKNOWN, Account, History, Lexicon, LinkLists, Post

UNTIL = datetime(2026, 5, 1, 12, tzinfo=UTC)
WORDS = (
    "tea boat don't don’t e-mail Straße naïve café nai\u0308ve foo_bar _ -- ‘so’ it’s 20 50 3.5 2nd b2b "
    "K2 ① x² ЧАЙ чай лодка τσάι πλοῖο תה سفينة शाय हिन्दी 배달 시간 կարմիր お茶 お茶が好き 船 船に乗る "
    "カタカナ ｶﾅ 茶-船 好喝的茶 ชา ชาร้อน เรือ ຊາ လက်ဖက်ရည် តែ 😀 👩‍💻 🇫🇷 ⓢⓔⓒ 𝐁𝐨𝐥𝐝 • … — „Tee“ (tea) "
    "tea, boat. ?! a\u200bb \u200e \u00ad & < > ~ * ` | \\ İstanbul ŉ ﬁne ſo ́ ा ः نِيل שָׁלוֹם"
).split(" ")
PHRASES = (
    "sale giveaway sign\xa0up sign up Sign\nup buy now! discount code click here % off 50% off -sale- "
    "pre-order don’t miss out free shipping link in bio our newsletter jetzt kaufen offre limitée 割引 "
    "今だけ割引中 大割引中 無料 セール限定 優惠 折扣 โปรโมชั่น ส่วนลด #giveaway #Sale @giveaway "
    "https://shop.test/giveaway boost your boost shop salé"
).split(" ")
NAMES = (
    "@ann .@ben @ann@town.test ＠ann @ann.smith@town.test. foo@bar.test @ @- @@ann #tea #お茶 ＃茶 "
    "#tea-time #1 (@cleo) @ines @ines@town.test ines ines.test @ines.bsky.social @日本 é@x.test "
    "a\u200d@ben नी@ben"
).split(" ")
ADDRESSES = (
    "https://shop.test/k/1 https://shop.test/k/1/ http://www.shop.test/K/1 https://blog.ines.test/ "
    "https://ines.test https://www.ines.test/a?b=1#c https://bit.ly/3abc https://t.co/xyz "
    "https://youtu.be/abc https://youtu.be/abc/ https://www.youtube.com/watch?v=abc "
    "https://m.youtube.com/watch?v=def https://youtube.com/@Ines https://youtube.com/@ines/videos "
    "https://github.com/ines/garden https://github.com/Ann https://ines.medium.com/x "
    "https://medium.com/@ines/story https://help.medium.com/x https://ines.wordpress.com/ "
    "https://a.ines.wordpress.com/ https://www.instagram.com/p/abc/ https://instagram.com/ines "
    "https://flic.kr/p/1 https://x.com/ines/status/1 https://twitter.com/ines https://nyti.ms/1 "
    "https://www.nytimes.com/a https://drive.google.com/x https://sites.google.com/view/ines "
    "https://town.test/@ann/109876543210123 https://bsky.app/profile/ines.test "
    "https://bsky.app/profile/ines.test/post/3k https://town.test/notes/9abcdefghij1 "
    "https://town.test/users/ann/posts/1 https://threads.net/@ines/post/1 "
    "https://amazon.de/Ines-Tee/e/B00X https://www.amazon.de/dp/1 https://[::1]/x https://1.2.3.4/x "
    "https://münchen.test/ä https://go.owner.test/7 "
    "https://owner.test/out?to=https%3A%2F%2Fshop.test%2Fk%2F1 "
    "https://owner.test/out?to=https%3A%2F%2Fines.test https://people.test/~ines/1 "
    "https://people.test/~ann https://shop.test:8080/x https://localhost/x "
    "https://etsy.com/de/shop/InesTee https://shop.test/a(b)c"
).split(" ")
SPELLED = (
    "shop.test/k/1 www.shop.test (shop.test/k/2) shop.test/k/3. shop.test/k/4… www.ines.test, "
    "youtube.com/@ines bit.ly/x town.test/@ann/109876543210123 「shop.test/k/5」です Shop.Test/x node.js "
    "report.pdf main.py/x 9.am/pm www.münchen.test https://shop.test/k/1、shop.test/k/6 shop.test/sale "
    "shop.unknown/x ines.test/"
).split(" ")
OWNERS = Lexicon(
    promo_words=(*default_config().lexicon.promo_words, "teatime special", "お茶の日"),
    promo_roles=(*default_config().lexicon.promo_roles, "tea monger"),
    links=LinkLists(
        shorteners=("go.owner.test",),
        shims=("owner.test/out?to={url}",),
        post_pages=("client.test/profile/*",),
        shared_sites=("people.test/~*",),
        post_places=("pictures.test",),
    ),
)
"""An owner's own lists, beside the shipped ones."""
SHIPPED = default_config().lexicon
LEXICONS = (OWNERS, SHIPPED)


def history(seed: int, size: int) -> History:
    """A history of so many posts as a file gives it, the same for each seed."""
    chance = Random(seed)
    voice = Voice(chance)
    posts, at = [], UNTIL
    for number in range(size):
        at -= timedelta(minutes=chance.choice((1, 15, 60, 300, 900)))
        posts.append(voice.post(f"p{number}", at))
    account = voice.account()
    made = History(account, tuple(posts), UNTIL, chance.choice(("mastodon", "bluesky", "twitter", "")))
    (as_read,) = read([dump(made)], OWNERS)
    assert isinstance(as_read, History)
    return as_read


class Voice:
    """What one account says, and whom it knows."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        kinds = (WORDS, WORDS, PHRASES, NAMES, ADDRESSES, SPELLED)
        self.said = [word for kind in chance.choices(kinds, k=3) for word in chance.sample(kind, min(9, len(kind)))]
        self.texts = [self.text() for _ in range(chance.randint(1, 12))]
        self.links = chance.sample(ADDRESSES, k=chance.randint(1, 8))
        self.handle = chance.choice(("ines@town.test", "ines", "ines.test", "ines.bsky.social", "@Ines@Town.Test"))

    def text(self) -> str:
        """Some of it in a row, with blanks or without."""
        chance = self.chance
        apart = chance.choices((" ", " ", " ", "", "\n", "\n\n", "  ", ", "), k=30)
        said = chance.choices(self.said, k=chance.choice((0, 1, 3, 9, 30)))
        return "".join(word + blank for word, blank in zip(said, apart, strict=False))

    def account(self) -> Account:
        """Whose history it is."""
        chance = self.chance
        return Account(
            chance.choice(("i1", self.handle)),
            self.handle,
            display_name=chance.choice(("", "Ines", "Ines 🍵\nSocial Media", self.text())),
            bio=chance.choice(("", "manager, tea monger", "Marketing-Managerin", self.text())),
            profile_links=tuple(chance.sample((*ADDRESSES, "ines.test/about", "see my shop"), k=chance.randint(0, 3))),
            followers=chance.choice((None, 12)),
            following=chance.choice((None, 3)),
            created_at=chance.choice((None, UNTIL - timedelta(days=chance.randint(0, 400)))),
            url="https://town.test/@ines",
        )

    def post(self, name: str, at: datetime) -> Post:
        """One post of any kind."""
        chance = self.chance
        people = ("a1", "ann@town.test", UNKNOWN, "i1", self.handle)
        links = tuple(chance.choices(self.links, k=chance.choice((0, 0, 1, 1, 2))))
        kind = chance.choice(("own", "own", "own", "reply", "repost", "part", "quote"))
        return Post(
            name,
            "i1",
            at,
            text=chance.choice(self.texts),
            links=links,
            reply_to={"reply": chance.choice(people), "part": SELF}.get(kind),
            reply_to_post=f"p{chance.randint(0, 60)}" if kind in ("part", "reply") and chance.random() < 0.7 else None,
            repost_of=chance.choice(people) if kind == "repost" else None,
            quote_of=chance.choice(people) if kind == "quote" else None,
            mentions=tuple(chance.sample(("a1", "ann@town.test", "ben"), k=chance.choice((0, 0, 1)))),
            tags=("tea", "お茶", "Tea", "x", "y")[: chance.choice((0, 0, 3, 5))],
            card_title=chance.choice(("", "", *self.texts)) if links else "",
            card_description=chance.choice(("", *self.texts)) if links else "",
            card_authors=chance.choice(((), ("ines",), ("Ines@town.test", "ann"), ("https://town.test/@Ines",))),
            url=f"https://town.test/@ines/{name}",
        )
