"""Accounts that are borderline or undecided, as the owner is asked about them: one by one, as a list, for programs."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from bot.model import SELF, Case, Judgement, Post, Question, RuleReading, Verdict
from bot.report.data import comparisons
from bot.report.escape import handle, inline, terminal, web
from bot.report.explain_short import opening, seen, table
from bot.report.figures import percent, plural, short_day
from bot.report.judgements import judgement_data, reviewed, said
from bot.report.shapes import CaseJson, ReviewJson
from bot.report.tables import Table

MOST_WORDS = 280
"""Characters of a post that are shown."""
MARGIN = 10
"""Columns before the words of a post: its day."""
KINDS: Mapping[Question, str] = {
    Question.NEAR: "nearly found",
    Question.WAITING: "found, but waiting",
    Question.SHADOW: "found by a rule on trial",
    Question.LOWERED: "found, but treated more mildly than its rule asks",
    Question.UNKNOWN: "too little is known",
}
"""Why an account is asked about."""
KEYS = "[n]oise  [f]ine  [k]eep  [s]kip  [b]ack  [q]uit  [?]"
MEANS: Mapping[str, str] = {
    "noise": "it only broadcasts, and to quiet it would be right",
    "fine": "you want it, and to quiet it would be wrong",
    "keep": "never touch it, whatever the rules say, as `quietfeed keep` does",
    "skip": "you cannot tell; it comes last from now on",
    "back": "take the last word back, and look at that account again",
}
"""What each answer means; its first letter is its key."""
QUIT = "what you said is kept, and the next review goes on here"
NOTHING_BY_ITSELF = """\
noise and fine do nothing by themselves: noise mutes nobody, fine protects
nobody. They are kept as what you take the account for, and rules are measured
by them. Only keep protects."""
_KEYS_MEAN = [f"  {word[0]}  {word:<5}  {what}" for word, what in {**MEANS, "quit": QUIT}.items()]
HELP = "\n".join([*_KEYS_MEAN, NOTHING_BY_ITSELF])
ANSWERED: Mapping[str, str] = {
    "noise": "You called {} noise.",
    "fine": "You called {} fine.",
    "keep": "You keep {}.",
    "skip": "You skipped {}.",
}
TAKES_BACK = "All your words: quietfeed review --judged    Wrong?  quietfeed review --forget HANDLE"
NOBODY = "Nobody to look at: no account is borderline or undecided on which you have not said your word."


def no_answer(typed: str) -> str:
    """What is said of a key or a line that is none of these."""
    said = inline(typed, 20)
    return f"“{said}” is none of these; ? explains them." if said else "? explains the keys."


def opens(many: int) -> str:
    """What is said before the first account."""
    return (
        f"{plural(many, 'account')} to look at; ? explains the keys.\n"
        "Your word does nothing by itself: noise mutes nobody, fine protects nobody."
    )


def title(case: Case, place: int, many: int) -> str:
    """What stands above an account: `2 of 7 · nearly found · 5 % of your timeline`."""
    share = f"{percent(case.timeline_share)} of your timeline" if case.timeline_share else ""
    before = "skipped before" if case.skipped else ""
    return " · ".join(part for part in (f"{place:,} of {many:,}", KINDS[case.question], share, before) if part)


def sentence(case: Case) -> str:
    """What comes of it and why, as `explain` tells it; and where nothing was decided yet, that."""
    later = " The next sweep decides about it." if case.question is Question.WAITING and not case.decision else ""
    return opening(case.verdict, case.decision) + later


def card(case: Case, posts: Sequence[Post], word: Judgement | None = None, width: int | None = None) -> str:
    """One account: its sentence, posts of its own, the bounds that matter, and what the owner said of it before.

    For a terminal or a pipe, harmless, without a trailing newline; sentences and posts broken at `width` columns where
    it is given.
    """
    rule = about(case.verdict)
    page = web(case.account.url) or ""
    blocks = [
        _broken(sentence(case), width),
        "\n".join([*(_shown(post, width) for post in posts), *([f"  {page}"] if page else [])]),
        "\n".join(table(rule, width)) if rule else "",
        "\n".join([*seen(case.verdict), *reviewed(word)]),
    ]
    return terminal("\n\n".join(block for block in blocks if block))


def about(verdict: Verdict) -> RuleReading | None:
    """The rule that a case is about: the one that decides or nearly does; else one that may fire, or would with more
    posts."""
    open_ones = (rule for rule in verdict.rules if rule.unknown or (rule.abstained and _would_fire(rule)))
    return verdict.deciding or next(open_ones, None)


def _would_fire(rule: RuleReading) -> bool:
    return all(held.holds for held in rule.when) and not any(held.holds for held in rule.unless)


def _shown(post: Post, width: int | None) -> str:
    """`  16 Mar  answered “Thanks, I will look …”`."""
    words = " ".join(part for part in (did(post), _words(post)) if part)
    return _broken(f"{short_day(post.created_at):>8}  {words}", width, " " * MARGIN)


def did(post: Post) -> str:
    """What an account did with a post that is not simply its own: `reposted`, `answered`."""
    if post.repost_of is not None:
        return "reposted"
    return "" if post.reply_to in (None, SELF) else "answered"


def _words(post: Post) -> str:
    """What a post says, and where it leads where its words do not tell."""
    words = inline(post.text, MOST_WORDS)
    link = web(post.links[0]) if post.links and "http" not in post.text else None
    shown = [f"“{words}”" if words else "", f"→ {inline(link, 100)}" if link else ""]
    return " ".join(part for part in shown if part) or f"({wordless(post)})"


def wordless(post: Post) -> str:
    """What there is of a post that says nothing."""
    return plural(post.media, "picture or the like", "pictures or the like") if post.media else "without words"


def _broken(text: str, width: int | None, indent: str = "") -> str:
    """The text in lines of at most so many columns; the first begins as it is."""
    if width is None:
        return text
    lead = text[: len(text) - len(text.lstrip())]
    return textwrap.fill(
        text.lstrip(),
        max(width, 2 * MARGIN),
        initial_indent=lead,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def listed(cases: Sequence[Case]) -> str:
    """Everybody to be asked about, in the order of asking, each under why; without a trailing newline."""
    if not cases:
        return NOBODY
    blocks = [f"{plural(len(cases), 'account')} to look at. `quietfeed review` asks about one at a time."]
    numbered = enumerate(cases, 1)
    for words, some in groupby(
        numbered, key=lambda one: "skipped before" if one[1].skipped else KINDS[one[1].question]
    ):
        blocks.append("\n".join([f"{words[0].upper()}{words[1:]}:", *(_line(place, case) for place, case in some)]))
    return terminal("\n\n".join(blocks))


def _line(place: int, case: Case) -> str:
    share = f" {percent(case.timeline_share)} of your timeline." if case.timeline_share else ""
    return f"{place:>3}. {sentence(case)}{share}"


def closing(said_so: Mapping[str, int], left: int) -> str:
    """What a session came to, and how a word is taken back."""
    judged = said_so.get("noise") or said_so.get("fine")
    return came_to(said_so, left) + (f"\n{TAKES_BACK}" if judged else "")


def came_to(said_so: Mapping[str, int], left: int) -> str:
    """What a session came to: `You said: 3 noise, 2 fine, 1 skipped. 4 left: the next review goes on there.`"""
    counts = ", ".join(f"{many:,} {word}" for word, many in said_so.items() if many)
    done = f"You said: {counts}." if counts else "You said nothing."
    return done + (f" {left:,} left: the next review goes on there." if left else " That was everybody.")


def meanwhile(whom: str, word: Judgement | None) -> str:
    """What is said where a word on an account changed since its owner was asked about it, so that nothing is done."""
    stands = said(word) if word else "your word on it was taken back"
    return terminal(f"{whom} was answered elsewhere meanwhile: {stands}, and that stands.")


def answered(whom: str, answer: str) -> str:
    """What the owner said last: `You called it noise` with whom, for one of `ANSWERED`."""
    return terminal(ANSWERED[answer].format(whom))


def forgotten(whom: str, was: bool, word: Judgement | None) -> str:
    """What came of taking a word back; `word` is what still stands of the owner's."""
    done = "your word on it is taken back" if was else "you said neither noise nor fine of it"
    return terminal(f"{whom}: {done}{f'; {said(word)}' if word else ''}")


def judged(words: Iterable[Judgement]) -> Table:
    """The owner's words, as a table."""
    rows = tuple((handle(one.account), str(one.opinion), f"{one.at:%Y-%m-%d}", one.how) for one in words)
    return Table(("handle", "your word", "since", "how"), rows)


def review_data(profile: str, cases: Iterable[Case], words: Mapping[str, Judgement]) -> ReviewJson:
    """The queue and the words, JSON-ready. `words` are by account id."""
    oldest_first = sorted(words.values(), key=lambda one: one.at)
    return {
        "profile": profile,
        "cases": [_case_data(case, words.get(case.account.id)) for case in cases],
        "judged": [judgement_data(one) for one in oldest_first],
    }


def _case_data(case: Case, word: Judgement | None) -> CaseJson:
    rule = about(case.verdict)
    share = case.timeline_share
    return {
        "handle": terminal(case.account.handle),
        "question": case.question,
        "sentence": terminal(sentence(case)),
        "rule": rule.rule if rule else None,
        "missed": round(case.missed, 4) if case.question is Question.NEAR else None,
        "timeline_share": None if share is None else round(share, 4),
        "readings": dict(case.verdict.readings),
        "comparisons": comparisons(rule.when if rule else ()),
        "judgement": judgement_data(word) if word else None,
    }
