"""How the demo's world comes about: fourteen days of posts, the same for the same seed and start."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from bot.clock import Clock, SimulatedClock
from bot.demo import texts
from bot.demo.people import AWAY, NEWCOMERS, OWNER, PEOPLE, ROBIN, STRANGERS, SUSPENDED, Expected, Person
from bot.model import EPOCH, Account, Post
from bot.platforms.network import Network

DAYS = 14
"""Days of posts."""
EVERY = 5
"""Hours between two batches of somebody who posts in batches."""
ELSEWHERE = ("quarterly", "notebook", "gazette", "review", "almanac", "journal", "courier", "chronicle", "observer")
"""Sites (under .example) of those who link to many."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One thing somebody will do: `post`, `thread`, `answer` or `repost`."""

    at: datetime
    handle: str
    what: str


@dataclass
class Life:
    """One person while the world is made: their own chance, and what they have not said yet."""

    person: Person
    draw: Random
    id: str = ""
    unsaid: dict[Sequence[str], list[str]] = field(default_factory=dict)
    linked: int = 0

    def say(self, phrases: Sequence[str]) -> str:
        """A phrase filled in; none comes again before all have come."""
        left = self.unsaid.setdefault(phrases, [])
        if not left:
            left.extend(self.draw.sample(phrases, len(phrases)))
        thing, other = self.draw.sample(texts.INTERESTS[self.person.interest].split(", "), 2)
        where, when = (self.draw.choice(words.split(", ")) for words in (texts.WHERE, texts.WHEN))
        filled = {"thing": thing, "other": other, "where": where, "when": when, "n": self.draw.randint(2, 19)}
        capitals = {"Thing": thing[0].upper() + thing[1:], "When": when[0].upper() + when[1:]}
        text = left.pop().format(**filled, **capitals)
        return text[0].upper() + text[1:]

    def page(self) -> str:
        """URL of a page to share."""
        self.linked += 1
        pages = self.person.habit.pages
        number = self.draw.randint(1, pages) if pages else self.linked
        site = self.person.site or f"{self.draw.choice(ELSEWHERE)}.example"
        return f"https://{site}/{self.person.interest}/{number}"


def build(start: datetime, seed: int = 1, clock: Clock | None = None, more_days: int = 0) -> Network:
    """The whole world: DAYS days of posts from `start`, and `more_days`; what lies after the clock (default: at
    `start`) is not seen yet. The same start and seed give the same world, and more days change nothing before."""
    network = Network(clock or SimulatedClock(start))
    everybody = (ROBIN, *PEOPLE, *STRANGERS)
    lives = {person.handle: Life(person, Random(f"{seed} {person.handle}")) for person in everybody}  # noqa: S311
    for life in lives.values():
        _join(network, life, start)
    _follow(network, lives, start)
    talk: deque[Post] = deque(maxlen=40)
    _live(network, lives, start, DAYS, talk)
    _trust(network)
    _pass_on(network)
    _live(network, lives, start + timedelta(days=DAYS), more_days, talk)
    return network


def _live(network: Network, lives: dict[str, Life], start: datetime, days: int, talk: deque[Post]) -> None:
    """Let everybody do what they do, for so many days."""
    plans = [plan for life in lives.values() for plan in _plans(life, start, days)]
    for plan in sorted(plans, key=lambda plan: (plan.at, plan.handle, plan.what)):
        _carry_out(network, lives[plan.handle], plan, talk)


def with_quiet_ones(network: Network, start: datetime) -> Network:
    """The world with those whom no timeline shows: whom Robin follows and who are away, and who followed Robin lately.
    Only who asks for everybody meets them; a sweep fares the same without."""
    long_ago = start - timedelta(days=400)
    for person in AWAY:
        told = Account("", person.handle, person.name, created_at=long_ago, moved_to=person.moved_to or None)
        network.join(person.handle, told)
        network.follow(OWNER, person.handle, long_ago)
    network.suspend(SUSPENDED)
    for handle, day in NEWCOMERS.items():
        network.follow(handle, OWNER, start + timedelta(days=day))
    return network


def _join(network: Network, life: Life, start: datetime) -> None:
    person = life.person
    site = (f"https://{person.site}/",) if person.site else ()
    life.id = network.join(
        person.handle,
        Account(
            id="",
            handle=person.handle,
            display_name=person.name or person.handle.partition("@")[0].capitalize(),
            bio=person.bio,
            profile_links=site,
            automated=person.automated,
            followers=life.draw.randint(40, 900),
            following=0 if person is ROBIN else life.draw.randint(60, 700),  # the owner's are counted by `_follow`
            created_at=start - timedelta(days=life.draw.randint(300, 2500)),
        ),
    ).id


def _follow(network: Network, lives: dict[str, Life], start: datetime) -> None:
    for handle, life in lives.items():
        since = start - timedelta(days=life.draw.randint(60, 250))
        if not life.person.stranger:
            network.follow(OWNER, handle, since)
        if life.person.mutual:
            network.follow(handle, OWNER, since)


def _plans(life: Life, start: datetime, days: int) -> Iterator[Plan]:
    """What somebody will do in so many days, in no order."""
    habit, handle = life.person.habit, life.person.handle
    rates = {"post": habit.posts, "thread": habit.threads, "answer": habit.answers, "repost": habit.reposts}
    for day in range(days):
        midnight = start + timedelta(days=day)
        loud = 6.0 if day == habit.loud_day else 1.0
        for what, rate in rates.items():
            for _ in range(_times(life.draw, rate * loud)):
                yield Plan(midnight + timedelta(seconds=life.draw.randint(6 * 3600, 23 * 3600)), handle, what)
        if habit.batch:
            for hour in range(2, 24, EVERY):
                for number in range(habit.batch):
                    yield Plan(midnight + timedelta(hours=hour, seconds=40 * number), handle, "post")


def _times(draw: Random, rate: float) -> int:
    """How often in a day something of this mean rate happens."""
    whole = int(rate)
    return whole + (draw.random() < rate - whole)


def _carry_out(network: Network, life: Life, plan: Plan, talk: deque[Post]) -> None:
    if plan.what == "post":
        post = network.post(plan.handle, _composed(life), plan.at)
        if life.person.expected is Expected.SPARE and not life.person.automated:
            talk.append(post)
        return
    if plan.what == "thread":
        _thread(network, life, plan.at)
        return
    others = [post for post in talk if post.author != life.id]
    if not others:
        return
    if plan.what == "repost":
        network.repost(plan.handle, life.draw.choice(others), plan.at)
        return
    network.post(plan.handle, _answer(life), plan.at, answering=life.draw.choice(others))


def _composed(life: Life) -> Post:
    habit = life.person.habit
    media = int(life.draw.random() < habit.media)
    if life.draw.random() >= habit.links:
        return _draft(life.say(habit.says), media=media)
    text, page = life.say(habit.shares), life.page()
    return _draft(f"{text} {page}", (page,), media, text if habit.headline_card else "")


def _answer(life: Life) -> Post:
    text = life.say(life.person.habit.replies)
    if not life.person.habit.replies_linked:
        return _draft(text)
    page = life.page()
    return _draft(f"{text} {page}", (page,))


def _draft(text: str, links: tuple[str, ...] = (), media: int = 0, card_title: str = "") -> Post:
    """A post whose author and time the network fills in."""
    return Post("", "", EPOCH, text=text, links=links, media=media, card_title=card_title)


def _thread(network: Network, life: Life, at: datetime) -> None:
    handle = life.person.handle
    last = None
    for number, line in enumerate(texts.THREAD):
        text = life.say((line,))
        draft = _draft(text)
        last = network.post(handle, draft, at + timedelta(minutes=2 * number), answering=last)
    page = life.page()
    network.post(handle, _draft(f"Sources: {page}", (page,)), at + timedelta(minutes=20), answering=last)


def _trust(network: Network) -> None:
    """What Robin did for those whom Robin wants, besides answering people."""
    for post in network.whole_feed("longreads@library.test")[2::9]:
        network.favourite(OWNER, post, post.created_at + timedelta(hours=1))
    network.add_to_list(OWNER, "Town", "townhall@news.test")
    network.notify(OWNER, "line4@useful.test")


def _pass_on(network: Network) -> None:
    """What a news desk that talks with nobody found, and three whom Robin follows thought worth showing again."""
    posts = sorted(network.whole_feed("herald@news.test"), key=lambda post: post.created_at)
    found = posts[-len(posts) // DAYS]  # about a day before the end
    for hours, handle in enumerate(("vera@town.test", "adaeze@garden.test", "yuki@social.test"), 1):
        network.repost(handle, found, found.created_at + timedelta(hours=hours))
