"""What quietfeed says of the owner's word, a sentence each: in the thread of a report, and on a terminal."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from bot.model import Account, Entry, Event, Step
from bot.report.accounts import DO, quotation
from bot.report.escape import handle, inline
from bot.report.explain_short import ways_out
from bot.report.figures import day, short_day
from bot.report.reasons import because

DID = {Step.MUTE: "muted", Step.LIST: "put on your list", Step.HIDE_REPOSTS: "reposts hidden"}
HELP = """\
keep 1 – never touch it (unkeep 1 ends that)
mute 1 30d, list 1 30d – quiet it, for so long
undo 1 – take back what was done to it
why 1 – the reasons
pause 3d – touch nobody for so long; resume
Numbers are those of the report. A handle works too, without an @ in front, which could notify them."""


def name(account: Account) -> str:
    """An account as it is named in an answer: its name where it has one, and its handle."""
    called = inline(account.display_name, 40)
    return f"{called} ({handle(account)})" if called else handle(account)


def until(when: datetime, zone: tzinfo) -> str:
    """`until Thu 24 Dec`, where the owner's clocks show `zone`."""
    return f"until {day(when.astimezone(zone).date())}"


def kept(account: Account, again: str | None) -> str:
    """`again` is how the account is named in the next command: its number, or its handle; None where no command is
    needed."""
    return f"Kept: {name(account)} will not be touched again." + _undo_with("unkeep", again)


def _undo_with(verb: str, again: str | None) -> str:
    return f" Undo with “{verb} {again}”." if again else ""


def unkept(account: Account, was: bool, by_config: bool) -> str:
    """What came of `unkeep`."""
    if by_config:
        return f"{name(account)} is kept by the config: remove it from “keep” under “trust”."
    return f"{name(account)} is {'kept no longer' if was else 'not kept, so nothing changed'}."


def quieted(account: Account, step: Step, end: datetime, zone: tzinfo, again: str | None) -> str:
    """What was done since the owner asked for it."""
    return f"Done: {name(account)} {DID[step]} {until(end, zone)}." + _undo_with("undo", again)


def would_quiet(account: Account, step: Step, end: datetime, zone: tzinfo) -> str:
    """The same in dry run."""
    return f"Would {DO[step]} {name(account)} {until(end, zone)}. This is a dry run: nothing was changed."


def not_quieted(account: Account, why: str, again: str | None) -> str:
    """Why what the owner asked for was not done."""
    first = f" First say “unkeep {again}”." if again else " First let it be kept no longer."
    remedy = first if why == "you keep it" else ""
    return f"Nothing was done to {name(account)}: {inline(why, 400)}.{remedy}"


def asked(
    account: Account, step: Step, event: Event, end: datetime, why: str, zone: tzinfo, again: str | None = ""
) -> str:
    """What came of a step that the owner asked for; `again` is how the account is named in the next command: by its
    handle where that is empty, and not at all where it is None."""
    again = handle(account) if again == "" else again
    if event is Event.DONE:
        return quieted(account, step, end, zone, again)
    if event is Event.PLANNED:
        return would_quiet(account, step, end, zone)
    return not_quieted(account, why, again)


def undone(account: Account, steps: Sequence[Step], left: bool) -> str:
    """What came of `undo`; `left`: some of it still shows and is tried again."""
    if not steps:
        return f"Nothing that quietfeed did to {name(account)} is in force, so nothing was undone."
    if left:
        return f"{name(account)}: not undone yet, it still shows; the next sweep tries again."
    return f"Undone: {what(steps)} of {name(account)}. It is left alone from now on."


def what(steps: Iterable[Step]) -> str:
    """What these steps did: `the mute and the list entry`."""
    return " and ".join({Step.MUTE: "the mute", Step.LIST: "the list entry"}.get(s, "hiding reposts") for s in steps)


def why(account: Account, entry: Entry | None) -> str:
    """Why an account is judged as it is, in short: what the ledger's newest judgement tells."""
    if entry is None:
        return f"{name(account)}: not judged yet, too little of it was seen."
    found = because(entry.readings, entry.comparisons, entry.site)
    rule = f" (“{inline(entry.rule)}”)" if entry.rule else ""
    said = [f"{found}{rule}."] if found else []
    if entry.protection:
        said.append(f"Left alone: {inline(entry.reason or entry.protection, 200)}.")
    elif entry.rule is None:
        said.append("No rule fires on it.")
    else:
        said += [f"Not yet: {inline(entry.reason or entry.limit, 200)}."] if entry.limit else []
        said += filter(None, [ways_out(entry.comparisons, entry.readings)])
    newest = f" Newest: {quotation(entry.quote)}" if entry.quote else ""
    return f"{name(account)}, {short_day(entry.at)}: {' '.join(said)}{newest}"


def unclear(said: str, meant: str, waits: bool) -> str:
    """What is said to words that are no command."""
    if waits:
        return f"Not done while the rest is unclear: “{inline(said)}”. If you mean it, send it alone."
    question = f" Did you mean “{inline(meant)}”?" if meant else " “help” lists what I understand."
    return f"I did not understand “{inline(said)}”.{question}"


def no_number(number: int, most: int) -> str:
    """What is said to a number that the report does not have."""
    has = f"its numbers go from 1 to {most}" if most > 1 else "it has one number" if most else "it has no numbers"
    return f"That report has no {number}: {has}. Use name@host instead."


def paused(end: datetime, zone: tzinfo) -> str:
    """What came of `pause`."""
    when = end.astimezone(zone)
    return f"Paused: nobody is touched until {day(when.date())} {when:%H:%M}. “resume” ends that sooner."


def resumed(was: bool) -> str:
    """What came of `resume`."""
    return "Going on: the pause is over." if was else "There was no pause, so nothing changed."
