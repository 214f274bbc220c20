"""What came of the tests of rules, in words: a line a test, and for a failed one the bounds that decided."""

from collections.abc import Sequence

from bot.model import Comparison, Expect, RuleReading, Tested
from bot.report.data import comparisons
from bot.report.escape import handle, inline, terminal
from bot.report.explain_short import ways_out
from bot.report.figures import comparison, plural
from bot.report.reasons import measured
from bot.report.shapes import RuleTestJson


def told(test: Tested) -> str:
    """`✓ feed mirror: a mirror is caught`; of a failed test also what was expected, why it is not so, and its place."""
    name = f"{inline(test.rule)}: {inline(test.says)}"
    if not test.passed:
        return f"✗ {name} – {failed(test)} ({terminal(test.place)})"
    beside = _beside(test)
    return f"✓ {name}" + (f" ({beside})" if beside else "")


def failed(test: Tested) -> str:
    """`it should fire on the account, but spares it: link_share 0.80 misses ≥ 0.90 (4 in 5 posts with a link)`."""
    whom = handle(test.verdict.account) if test.accounts > 1 else "the account"
    if test.expect is Expect.FIRES:
        return f"it should fire on {whom}, but spares it: {_why(test)}"
    return f"it should spare {whom}, but fires on it: {_why(test)}"


def failure(test: Tested) -> str:
    """A failed test as a fault of the file: `config.yaml:62:7: the test “…” of rule “…” fails: it should …`."""
    name = f"the test “{inline(test.says)}” of rule “{inline(test.rule)}”"
    return f"{terminal(test.place)}: {name} fails: {failed(test)}"


def summed_up(tests: Sequence[Tested]) -> str:
    """`5 tests, 1 fails.`"""
    failing = sum(not test.passed for test in tests)
    outcome = "all pass" if not failing else f"{failing:,} {'fails' if failing == 1 else 'fail'}"
    return f"{plural(len(tests), 'test')}, {outcome}."


def tested_data(test: Tested) -> RuleTestJson:
    """One test, JSON-ready."""
    reading = test.reading
    return {
        "rule": terminal(test.rule),
        "says": terminal(test.says),
        "place": terminal(test.place),
        "expect": test.expect,
        "got": test.got,
        "passed": test.passed,
        "handle": terminal(test.verdict.account.handle),
        "accounts": test.accounts,
        "why": _why(test),
        "decides": test.verdict.rule,
        "comparisons": comparisons((*reading.when, *reading.unless)) if reading else [],
    }


def _beside(test: Tested) -> str:
    """What is worth knowing of a test that passed: that it shows less than it seems to."""
    reading, first = test.reading, test.verdict.rule
    if reading is None or reading.abstained:
        return f"but {_why(test)}"
    if test.got is Expect.FIRES and first and first != test.rule:
        return f"but “{inline(first)}” stands before it and decides"
    return ""


def _why(test: Tested) -> str:
    """The bounds and the readings that decided what the rule did."""
    reading = test.reading
    if reading is None:
        return "the rule is for another network (`only:`)"
    if reading.abstained:
        return f"the rule says nothing, {inline(reading.abstained, 200)}"
    if reading.fires:
        return f"{'; '.join(map(_both, reading.when))}. {ways_out(reading.when, test.verdict.readings)}".strip(". ")
    return "; ".join(map(_both, _sparing(reading)))


def _sparing(reading: RuleReading) -> Sequence[Comparison]:
    """What keeps a rule from firing: the bounds that are missed, and the exceptions that hold."""
    return [c for c in reading.when if not c.holds] + [c for c in reading.unless if c.holds]


def _both(held: Comparison) -> str:
    """A reading against its bound, in numbers and in words."""
    return f"{comparison(held)} ({measured(held.signal, held.reading)})"
