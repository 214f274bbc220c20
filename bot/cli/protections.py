"""What the doctor asks about the protections: whether the server tells what they rest on, and whom `keep` names."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.cli import wiring
from bot.cli.checks import Check, State
from bot.clock import SystemClock
from bot.config import Config, Profile
from bot.config.faults import listed
from bot.errors import UserError
from bot.model import Asked
from bot.platforms.base import LoginNeeded, Platform, PlatformError
from bot.service import kept, unread
from bot.service.dealings import Dealings, Glimpse, behind
from bot.store import Store

PERSONAL = frozenset({Asked.FOLLOWS, Asked.MUTES})
"""What is asked of single accounts: asked of the owner's own it says nothing."""


def readable(platform: Platform, profile: Profile, config: Config) -> Iterator[Check]:
    """Whether the server tells whom the owner answered, valued and listed. What it cannot tell for good the owner is
    told here, and quietfeed goes on without from then on."""
    clock = SystemClock()
    with wiring.opened(config, exclusive=False) as store:
        dealings = Dealings(platform, Glimpse(profile.name, store), config.trust, clock, pages=1)
        dealings.look()
        stands = platform.standing([platform.owner()], deciding=True)
        standing = {one: replace(how, unread=(*how.unread, *dealings.refused())) for one, how in stands.items()}
        asked = [one for how in standing.values() for one in how.unread if one.asked not in PERSONAL]
        missing = [one for one in asked if config.trust.rests_on(one.asked)]
        for one in missing:
            if one.stays:
                yield Check("protections", State.NOTE, unread.gone_on_without(one))
        remedy = f"until it is read, whom it might protect is left alone; `quietfeed login {profile.name}` renews"
        for sentence in by_cause([one.sentence for one in missing if not one.stays]):
            yield Check("protections", State.BAD, sentence, f"{remedy} permissions")
        if not missing:
            yield Check("protections", State.WELL, "the server tells whom you answered, valued and listed")
        for one in behind(profile.name, store, config.trust, clock.now()):
            words = "each sweep reads on; until then everybody whom it might protect is left alone"
            yield Check("protections", State.NOTE, f"{one.sentence}; {words}")
        unread.remember(profile.name, store, standing, clock.now())
        unread.tell(profile.name, store, clock.now())


def by_cause(sentences: Sequence[str]) -> Iterator[str]:
    """What the server does not say, for each cause once: `the server refused to say whom you favourited and whom you
    bookmarked (403)`."""
    causes: dict[tuple[str, str], list[str]] = {}
    for sentence in sentences:
        said, bracket, cause = sentence.partition(" (")
        before, to_say, what = said.partition(" to say ")
        causes.setdefault((before + to_say, bracket + cause), []).append(what)
    for (before, cause), those in causes.items():
        yield f"{before}{listed(those, 'and')}{cause}"


def names(config: Config, profiles: Sequence[Profile]) -> Iterator[Check]:
    """Which names of `trust.keep` nobody bears, on any of the networks of these profiles. Nothing where none of them
    could be asked."""
    asked, open_questions, borne = False, set[str](), set[str]()
    with wiring.opened(config, exclusive=False) as store:
        for profile in profiles:
            try:
                with wiring.connected(profile, patience=0.0) as platform:
                    for name in config.trust.keep:
                        found = _is_borne(name, profile, platform, store)
                        asked = True
                        if found:
                            borne.add(name)
                        elif found is None:
                            open_questions.add(name)
            except UserError:
                open_questions.update(config.trust.keep)  # said under this profile's own checks already
    if not asked:
        return
    nobody = [name for name in config.trust.keep if name not in borne | open_questions]
    for name in nobody:
        yield Check("keep", State.BAD, f"nobody is called {name}", "correct it in the config under `trust: keep:`")
    if unknown := sorted(open_questions - borne):
        yield Check("keep", State.NOTE, f"whether anybody is called {' or '.join(unknown)} could not be asked")
    if not nobody:
        yield Check("keep", State.WELL, f"{len(borne)} of {len(config.trust.keep)} names are borne by somebody")


def _is_borne(name: str, profile: Profile, platform: Platform, store: Store) -> bool | None:
    """Whether somebody bears, or bore, the name there; None where that could not be asked."""
    if name in kept.known_names(profile.name, store) or kept.find(name, profile.name, store):
        return True
    try:
        platform.find(name)
    except (PlatformError, LoginNeeded):
        return None
    except UserError:
        return False
    return True
