"""Review: the owner's word on accounts that are borderline or undecided, asked for one account at a time."""

from collections.abc import Mapping

from bot.desk.faces import face
from bot.desk.making import Making
from bot.desk.posts import posts_of
from bot.desk.reviews import Reviews
from bot.desk.visit import Done, Facts, Form, Visit
from bot.errors import UserError
from bot.model import Case
from bot.report import review as told
from bot.report.escape import handle
from bot.report.page.asked import asked
from bot.service import review
from bot.service.reviewing import COUNTED, Answer, Meanwhile, Session

PATIENCE = 0.4
"""Seconds that a page waits for the look at everybody, before it says how far that is."""
OVER = "That page was left open for long, so its answer was not kept. The review goes on here."
OUT_OF_DATE = "That page was out of date, so nothing was done. This is where the review is now."


def facts(visit: Visit) -> Facts:
    """The account that is asked about; else what is waited for, or what it all came to. `stage` says which."""
    if visit.profile.name not in visit.store.last_sweeps():
        return {"stage": "unread"}
    reviews = _reviews(visit)
    key = visit.query.get("session", "")
    session = reviews.session(key)
    if session is None:
        look = reviews.look.under(_mark(visit), lambda: _look(visit))
        if not look.ended(PATIENCE):
            return {"stage": "waiting", "done": look.done, "total": look.total}
        session = _session(visit, reviews, look)
        key = reviews.begun(session)
    with reviews.turn:
        session.pass_over()
        return {**_stage(session, visit), "session": key, "onward": "session" in visit.query, **_last(session)}


def answer(visit: Visit, form: Form) -> Done:
    """Keep an answer, or take the last one back, and go on to the next account. A form says which account it is about:
    nothing is done where another is asked about by now."""
    reviews = _reviews(visit)
    session = reviews.session(form["session"])
    if session is None:
        return Done(OVER, visit.to("/review"))
    known = next((one for one in (*COUNTED, Answer.BACK) if one == form["answer"]), None)
    if known is None:
        raise UserError("that is none of the answers: go back to the page and choose one")
    with reviews.turn:
        try:
            says = _take_back(session, form) if known is Answer.BACK else _say(session, known, form, visit)
        except Meanwhile as other:
            says = told.meanwhile(handle(other.account), other.word)
    return Done(says, visit.to("/review", session=form["session"]))


def _reviews(visit: Visit) -> Reviews:
    return visit.seat.once(("reviews", visit.profile.name), None, Reviews)


def _mark(visit: Visit) -> tuple[int, str]:
    """What the look at everybody goes by: the owner's words do not count, they are asked for each time."""
    return visit.store.mark().sweep, visit.config.fingerprint


def _look(visit: Visit) -> Making[list[Case]]:
    profile, store, config = visit.profile, visit.store, visit.config
    return visit.seat.making(lambda hear: review.looked_through(profile, store, config, hear))


def _session(visit: Visit, reviews: Reviews, look: Making[list[Case]]) -> Session:
    """A new one, on whom there is a question now. Raises what went wrong with the look, which is then begun anew."""
    try:
        found = look.made()
    except Exception:
        reviews.look.forget()
        raise
    cases = review.still_open(found, visit.profile, visit.store, visit.config)
    return Session(cases, visit.profile.name, visit.store)


def _stage(session: Session, visit: Visit) -> Facts:
    case = session.case
    if case is None:
        came_to = told.came_to(session.counts(), 0)
        return {"stage": "ended", "came_to": came_to} if session.done else {"stage": "nobody", "words": told.NOBODY}
    word = session.store.judgements(session.profile).get(case.account.id)
    posts = posts_of(visit, review.posts(session.profile, case.account, session.store))
    return {
        "stage": "asking",
        "one": asked(case, session.place, session.many, posts, word),
        "face": face(case.account.id, case.account.display_name, handle(case.account)),
        "means": told.MEANS,
        "nothing": " ".join(told.NOTHING_BY_ITSELF.split()),
    }


def _last(session: Session) -> Mapping[str, str]:
    """What was said last, and of whom: what `back` takes back."""
    if not session.done:
        return {"last": "", "said_last": ""}
    given = session.done[-1]
    return {"last": given.case.account.id, "said_last": told.answered(handle(given.case.account), given.answer)}


def _say(session: Session, known: Answer, form: Form, visit: Visit) -> str:
    """Keep it where that account is asked about; what there is to say otherwise. The same answer twice, as a double
    click sends it, is one."""
    if session.case and session.case.account.id == form["account"]:
        session.say(known, visit.now)
        return ""
    given = session.done[-1] if session.done else None
    twice = given is not None and given.case.account.id == form["account"] and given.answer is known
    return "" if twice else OUT_OF_DATE


def _take_back(session: Session, form: Form) -> str:
    if not session.done or session.done[-1].case.account.id != form["last"]:
        return OUT_OF_DATE
    session.back()
    return ""
