"""What is known of the account itself, and of its part in the owner's timeline."""

from functools import lru_cache

from bot.model import History
from bot.signals.base import DAYS, FLAG, RATIO, SHARE, signal
from bot.signals.phrases import phrases
from bot.signals.window import window
from bot.signals.words import flag, many


@signal(FLAG, label="declared bot", says=flag("says that it is a bot", "does not say that it is a bot"))
def declared_bot(history: History) -> float | None:
    """Tells whether it declares itself automated: 1 where it does, 0 where it does not.

    It is not known where the platform does not say.
    """
    automated = history.account.automated
    return None if automated is None else float(automated)


@signal(FLAG, label="a group", says=flag("a group", "no group"))
def group(history: History) -> float | None:
    """Tells whether it is a group, which only reposts what its members write (Lemmy, gup.pe): 1 where it is one, 0
    where it is none.

    It is not known where the server does not say and nothing but reposts is known of the account, as of a group.
    """
    if history.account.group is not None:
        return float(history.account.group)
    seen = window(history)
    only_reposts = bool(seen.reposts) and seen.reposts == seen.all
    return None if only_reposts and history.platform != "bluesky" else 0.0


@signal(
    SHARE,
    hint=True,
    label="part of your timeline",
    says=lambda share: f"{max(1, round(share * 100)) if share else 0} % of your timeline",
)
def timeline_share(history: History) -> float | None:
    """Tells what part of your timeline inside the window the account brings, reposts included.

    It is not known outside a timeline.
    """
    if history.timeline_posts is None or not history.timeline_total:
        return None
    return min(1.0, history.timeline_posts / history.timeline_total)


@signal(
    FLAG,
    label="a promoter's profile",
    says=flag("a profile that names a trade of promoting", "a profile that names no trade of promoting"),
)
def bio_promo(history: History) -> float | None:
    """Tells whether its profile names a trade of promoting, such as social media manager, growth hacker or marketer: 1
    where it does, 0 where it does not.

    That is a hint, never a verdict. The trades are the word lists of the config, in several languages. It is not known
    where the profile says nothing, and where the lists are empty.
    """
    said = f"{history.account.display_name}\n{history.account.bio}"
    if not said.strip() or not history.lexicon.promo_roles:
        return None
    return float(_promises(said, history.lexicon.promo_roles))


@lru_cache(maxsize=64)
def _promises(said: str, roles: tuple[str, ...]) -> bool:
    """Whether a profile names a trade of promoting: it says the same at every look."""
    return phrases(roles).within(said)


@signal(RATIO, label="followers", says=lambda ratio: f"{many(ratio, 'follower')} for each account that it follows")
def follower_ratio(history: History) -> float | None:
    """Tells how many followers it has for each account that it follows; following nobody counts as following one.

    It is not known where either number is unknown.
    """
    account = history.account
    if account.followers is None or account.following is None:
        return None
    return account.followers / max(1, account.following)


@signal(DAYS, label="age of the account", says=lambda days: f"made {many(days, 'day')} ago")
def account_age_days(history: History) -> float | None:
    """Counts the days since the account was made.

    It is not known where the platform does not say.
    """
    created = history.account.created_at
    return None if created is None else max(0.0, (history.until - created).total_seconds() / 86_400)
