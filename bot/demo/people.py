"""Who lives in the demo's world, how they behave, and what a fair reader would want done about each."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from bot.demo import texts
from bot.demo.habits import CHATTY, CURATOR, DROP, HEADLINE, NEWS, OWN_BLOG, PICTURES, PITCH, Habit

OWNER = "robin@quiet.example"
"""The person whose timeline it is."""
KEPT = "coupons@deals.test"
"""Only drops links, but Robin wants it: belongs under `keep:` in the demo's config."""


class Expected(StrEnum):
    """What a fair reader expects the rules and the protections to make of an account."""

    QUIET = "quiet"
    """Noise: some rule fires, and nothing protects it."""
    PROTECTED = "protected"
    """Noise by the rules, but Robin wants it: protected."""
    NEAR = "near miss"
    """Just inside what is tolerable: nothing fires."""
    REPOSTS = "reposts"
    """Floods the timeline with reposts: at most these are hidden."""
    SPARE = "spare"
    """Nothing fires."""


@dataclass(frozen=True, slots=True)
class Person:
    """One account of the world."""

    handle: str
    kind: str
    interest: str
    habit: Habit
    expected: Expected = Expected.SPARE
    name: str = ""
    bio: str = ""
    site: str = ""
    """Their own site; without one, links go to many."""
    automated: bool = False
    mutual: bool = False
    """Follows Robin back."""
    stranger: bool = False
    """Robin does not follow it."""
    followers: int = 180
    moved_to: str = ""
    """Handle of the account that it moved to."""


QUIET, PROTECTED = Expected.QUIET, Expected.PROTECTED

NOISE = (
    Person(
        "growthhive@market.test",
        "link dropper in bursts",
        "business",
        Habit(batch=6, links=1.0, shares=PITCH),
        QUIET,
        "Growth Hive 🚀",
        "We grow brands.",
        "growthhive.example",
    ),
    Person("leads@market.test", "link dropper", "business", DROP, QUIET, "Lead Magnet Daily", "Leads, leads, leads."),
    Person(
        "boost@brand.test",
        "link dropper",
        "business",
        Habit(posts=9, links=0.97, says=PITCH, shares=PITCH),
        QUIET,
        "Brand Booster",
        "Social media marketer. Tips every hour.",
    ),
    Person(
        "whitepapers@brand.test",
        "link dropper",
        "office",
        Habit(posts=5, links=1.0, shares=PITCH, pages=8),
        QUIET,
        "Paper Works",
        "Workflows for winners.",
        "paperworks.example",
    ),
    Person(
        "dealradar@deals.test",
        "link dropper",
        "deals",
        Habit(posts=11, links=1.0, shares=tuple(texts.DEALS)),
        QUIET,
        "Deal Radar",
        "Deals around the clock.",
    ),
    Person(
        "max.sells@brand.test",
        "self-promoter",
        "business",
        Habit(posts=5, links=0.98, shares=PITCH, says=PITCH, pages=6),
        QUIET,
        "Max Sells",
        "Author of “Sell More”. Speaker. Coach.",
        "maxsells.example",
    ),
    Person(
        "webinars@market.test",
        "self-promoter",
        "business",
        Habit(posts=4.5, links=1.0, shares=PITCH),
        QUIET,
        "Webinar World",
        "Join us live!",
        "webinarworld.example",
    ),
    Person(
        "tiptop@market.test",
        "reply spammer",
        "business",
        Habit(
            posts=4,
            links=1.0,
            answers=14,
            shares=tuple(texts.SPAM),
            replies=tuple(texts.SPAM),
            pages=1,
            replies_linked=True,
        ),
        QUIET,
        "Tip Top Tips",
        "Ask me anything!",
        "tiptop.example",
    ),
    Person(
        "herald@news.test",
        "news desk",
        "headlines",
        NEWS,
        QUIET,
        "Harbour Herald",
        "All headlines of the Harbour Herald.",
        "harbourherald.example",
        automated=True,
    ),
    Person(
        "wire@news.test",
        "feed mirror",
        "headlines",
        Habit(posts=12, links=1.0, shares=HEADLINE, headline_card=True),
        QUIET,
        "Wire mirror",
        "Unofficial mirror of a feed.",
        "wire.example",
        automated=True,
    ),
    Person(
        "again@social.test",
        "booster",
        "books",
        Habit(posts=0.4, reposts=26),
        Expected.REPOSTS,
        "Again & Again",
        "Everything good, once more.",
    ),
)

WANTED = (
    Person(
        "jo@social.test",
        "mutual friend who only drops links",
        "cycling",
        Habit(posts=4.5, links=1.0, shares=PITCH),
        PROTECTED,
        "Jo",
        "Pedals.",
        mutual=True,
    ),
    Person(
        "longreads@library.test",
        "favourite link dropper",
        "books",
        Habit(posts=4.5, links=1.0, shares=HEADLINE),
        PROTECTED,
        "Long Reads",
        "One more chapter.",
        "longreads.example",
    ),
    Person(
        KEPT,
        "kept link dropper",
        "deals",
        Habit(posts=5, links=1.0, shares=tuple(texts.DEALS)),
        PROTECTED,
        "Coupons",
        "Coupons for the town.",
        "coupons.example",
    ),
    Person(
        "townhall@news.test",
        "listed news desk",
        "headlines",
        Habit(posts=7, links=1.0, shares=HEADLINE, headline_card=True),
        PROTECTED,
        "Town Hall",
        "Announcements of the town.",
        "townhall.example",
    ),
    Person(
        "digest@library.test",
        "near miss",
        "history",
        Habit(posts=5, links=0.97, answers=0.3, shares=HEADLINE),
        Expected.NEAR,
        "Archive Digest",
        "Finds from the archive.",
        "archivedigest.example",
    ),
)

GOOD = (
    Person("ines@town.test", "curator who converses", "history", CURATOR, name="Inês"),
    Person("tomasz@town.test", "curator who converses", "film", CURATOR, name="Tomasz", mutual=True),
    Person(
        "adaeze@garden.test",
        "blogger who answers",
        "garden",
        OWN_BLOG,
        name="Adaeze",
        bio="I write about gardens.",
        site="adaezegrows.example",
    ),
    Person("henk@town.test", "blogger who answers", "trams", OWN_BLOG, name="Henk", site="henkontrams.example"),
    Person("mika@photo.test", "photographer", "photography", PICTURES, name="Mika", bio="Light and patience."),
    Person("soledad@photo.test", "photographer", "sea", PICTURES, name="Soledad"),
    Person("wen@library.test", "thread writer", "history", Habit(posts=1, threads=0.6, answers=2.5), name="Wen"),
    Person("otto@social.test", "quiet person", "mathematics", Habit(posts=0.25, answers=0.2), name="Otto"),
    Person("lurker@social.test", "quiet person who shares links", "code", Habit(posts=0.4, links=1.0), name="Lu"),
    Person(
        "weather@useful.test",
        "useful bot",
        "weather",
        Habit(posts=6, says=tuple(texts.FORECASTS)),
        name="Harbour weather",
        bio="Forecasts, four times a day. A bot.",
        automated=True,
    ),
    Person(
        "line4@useful.test",
        "useful bot",
        "trams",
        Habit(posts=5, says=tuple(texts.DELAYS)),
        name="Tram delays",
        bio="Delays on all lines. A bot.",
        automated=True,
    ),
    Person(
        "help@calendarpeople.test",
        "company that talks with its customers",
        "office",
        Habit(posts=2, links=0.5, answers=6, shares=tuple(texts.SUPPORT)),
        name="Calendar people",
        bio="We make a calendar.",
        site="calendarpeople.example",
    ),
    Person(
        "vera@town.test",
        "marketer who converses",
        "business",
        Habit(posts=2, links=0.15, answers=5, says=(*texts.LESSONS, *texts.TALK)),
        name="Vera",
        bio="Social media trainer and marketer.",
    ),
    Person(
        "yuki@social.test",
        "multilingual person",
        "music",
        Habit(posts=2.4, answers=3, says=tuple(texts.POLYGLOT)),
        name="Yuki 由紀",
        mutual=True,
    ),
    Person(
        "paolo@sea.test",
        "person with one loud day",
        "sea",
        Habit(posts=2, links=0.25, answers=3, loud_day=9),
        name="Paolo",
    ),
    Person("bea@social.test", "person who reposts a lot", "birds", Habit(posts=2, answers=2.5, reposts=5), name="Bea"),
    *(
        Person(f"{name}@{host}.test", "person who converses", interest, CHATTY, name=name.capitalize(), mutual=mutual)
        for name, host, interest, mutual in (
            ("ann", "garden", "garden", True),
            ("ben", "social", "bread", False),
            ("cem", "town", "trams", True),
            ("dot", "social", "books", False),
            ("eva", "sea", "birds", True),
            ("finn", "social", "code", False),
            ("gita", "town", "mathematics", False),
            ("hugo", "social", "music", True),
        )
    ),
)

AWAY = (
    Person("nils@town.test", "silent since long ago", "trams", Habit(), name="Nils"),
    Person("pia@old.test", "moved away", "birds", Habit(), name="Pia", moved_to="pia@garden.test"),
    Person("max@closed.test", "suspended", "code", Habit(), name="Max"),
)
"""Whom Robin follows as well, and who post nothing: see `with_quiet_ones`."""
SUSPENDED = "max@closed.test"

STRANGERS = tuple(
    Person(f"{name}@elsewhere.test", "stranger", interest, Habit(posts=3, answers=1.5), stranger=True)
    for name, interest in (("zoe", "film"), ("yann", "bread"), ("xenia", "code"), ("walt", "birds"))
)

NEWCOMERS = MappingProxyType({"zoe@elsewhere.test": 5, "yann@elsewhere.test": 8, "walt@elsewhere.test": 13})
"""Strangers who follow Robin one day, by the day on which they do."""

ROBIN = Person(OWNER, "owner", "birds", Habit(posts=1, answers=1.2, reposts=0.2), name="Robin", stranger=True)

PEOPLE = (*NOISE, *WANTED, *GOOD)
"""Everybody whom Robin follows."""
EXPECTED = MappingProxyType({person.handle: person.expected for person in PEOPLE})
"""What a fair reader expects, by handle."""
