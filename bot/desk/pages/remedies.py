"""What the owner can do about one account: the buttons of its page, and what comes of each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.desk.asked import account_of
from bot.desk.visit import Done, Form, Visit, Write
from bot.errors import UserError
from bot.model import Account, Event, Opinion, Step
from bot.platforms.base import told
from bot.report import replies
from bot.report import review as words
from bot.report.escape import inline
from bot.service import accounts, kept, mode, review, word

STEPS = {"mute": ("Mute it", Step.MUTE), "list": ("Put it on your list", Step.LIST)}
"""What may be asked for, and how the page calls it."""
SPANS = {"1d": ("a day", 1), "7d": ("a week", 7), "30d": ("30 days", 30), "90d": ("90 days", 90)}
"""For how long, and the days that it is."""
MOST = 500
"""Characters of a fault."""
YOURS = "{} was not taken back: you muted it anew yourself, so it is yours now."


@dataclass(frozen=True, slots=True)
class Remedies:
    """What the page offers."""

    kept: bool
    """By the owner's word."""
    vetoed: bool
    """Left alone since the owner took an action on it back; what they ask for now is done all the same."""
    by_config: bool
    quieted: str
    """What can be taken back: `the mute`; empty where nothing is in force."""
    opinion: str
    """What the owner called it in a review: `noise`, `fine`, or empty."""
    dry: bool
    """Whether what is asked for would only be noted."""
    steps: list[tuple[str, str]]
    spans: list[tuple[str, str]]

    @property
    def may_quiet(self) -> bool:
        """Whether quieting it would not be refused."""
        return not self.by_config and not self.kept


def remedies(visit: Visit, account: Account) -> Remedies:
    """What can be done about the account now."""
    name, store = visit.profile.name, visit.store
    action = accounts.done(name, store, visit.config, visit.now).get(account.id)
    real = action if action and not action.plan.dry else None
    kinds = [one for one in Opinion if account.id in store.feedback(name, review.KIND[one])]
    return Remedies(
        kept=account.id in store.feedback(name, "keep"),
        vetoed=account.id in store.feedback(name, "veto"),
        by_config=kept.by_config(name, store, visit.config, account),
        quieted=replies.what([real.step]) if real else "",
        opinion=str(kinds[0]) if kinds else "",
        dry=mode.is_dry(name, store, visit.config, visit.now),
        steps=[(key, called) for key, (called, _) in STEPS.items()],
        spans=[(key, called) for key, (called, _) in SPANS.items()],
    )


def _done(does: Callable[[Visit, Form, Account], str]) -> Callable[[Visit, Form], Done]:
    """A write on the account that the form names: what it says is shown on the account's page."""

    def write(visit: Visit, form: Form) -> Done:
        account = account_of(visit, form["id"])
        return Done(does(visit, form, account), visit.account_page(account.id))

    return write


def _keep(visit: Visit, _: Form, account: Account) -> str:
    word.keep(visit.profile.name, account, "", visit.store, visit.now)
    stands = accounts.done(visit.profile.name, visit.store, visit.config, visit.now).get(account.id)
    ends = " What is done to it now ends with the next sweep." if stands and not stands.plan.dry else ""
    return replies.kept(account, None) + ends


def _unkeep(visit: Visit, _: Form, account: Account) -> str:
    dropped = word.unkeep(visit.profile.name, account, visit.store, visit.config)
    return replies.unkept(account, dropped.was_protected, dropped.by_config)


def _quiet(visit: Visit, form: Form, account: Account) -> str:
    """Raises UserError for a step or a time that no form of ours names."""
    if form["step"] not in STEPS or form["for"] not in SPANS:
        raise UserError("this can be done here: mute or list, for 1d, 7d, 30d or 90d")
    step, end = STEPS[form["step"]][1], visit.now + timedelta(days=SPANS[form["for"]][1])
    name, seat = visit.profile.name, visit.seat
    try:
        with seat.connect(visit.profile) as platform:
            executor = word.quieter(name, platform, visit.store, visit.config, seat.clock, step)
            obeyed = word.ask(executor, account, step, end, visit.config)
    except UserError as fault:
        return replies.not_quieted(account, _fault(fault, name), None)
    return replies.asked(account, step, obeyed.event, end, obeyed.why, visit.zone, None)


def _undo(visit: Visit, _: Form, account: Account) -> str:
    name, seat = visit.profile.name, visit.seat
    try:
        with seat.connect(visit.profile) as platform:
            became = word.undo_on(word.undoer(name, platform, visit.store, seat.clock), account)
    except UserError as fault:
        later = account.id in visit.store.feedback(name, "veto")
        ends = " The next sweep does it, and the account is left alone from then on." if later else ""
        return f"Nothing done to {replies.name(account)} was taken back: {_fault(fault, name)}.{ends}"
    if became and all(event is Event.CANCELLED for _, event in became):
        return YOURS.format(replies.name(account))
    steps = list(dict.fromkeys(step for step, _ in became))
    return replies.undone(account, steps, any(event is Event.LIFTING for _, event in became))


def _judge(visit: Visit, form: Form, account: Account) -> str:
    """Raises UserError for a word that no form of ours names."""
    if form["opinion"] not in set(Opinion):
        raise UserError("an account is called noise or fine")
    opinion = Opinion(form["opinion"])
    review.judge(visit.profile.name, account, opinion, visit.store, visit.now)
    return f"You called {replies.name(account)} {opinion}. Nothing else comes of it: rules are measured by your word."


def _forget(visit: Visit, _: Form, account: Account) -> str:
    was = review.forget(visit.profile.name, account, visit.store)
    word_now = visit.store.judgements(visit.profile.name).get(account.id)
    return f"{words.forgotten(replies.name(account), was, word_now)}."


def _fault(fault: UserError, profile: str) -> str:
    """What is wrong, and the next step."""
    return inline(told(fault, profile, by_hand=True), MOST)


WRITES = (
    Write("account/keep", _done(_keep)),
    Write("account/unkeep", _done(_unkeep)),
    Write("account/quiet", _done(_quiet)),
    Write("account/undo", _done(_undo)),
    Write("account/judge", _done(_judge)),
    Write("account/forget", _done(_forget)),
)
