"""What went wrong in the sweeps of a report, or does still: each told once, and when that was or since when it is."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, tzinfo

from bot.model import SweepRecord, Trouble
from bot.report.figures import moment, plural


def errors(rounds: Iterable[SweepRecord], troubles: Collection[Trouble], day: date, zone: tzinfo) -> tuple[str, ...]:
    """A sentence an error, in the order in which they first came; `troubles` are those that last, `day` the owner's.

    That somebody stopped the program in a sweep is no error.
    """
    lasting = {trouble.words: trouble for trouble in troubles}
    times: dict[str, list[datetime]] = {}
    for record in rounds:
        if record.error and not record.cut_off:
            times.setdefault(record.error, []).append(record.ended or record.started)
    told = [
        since(lasting[error], day, zone) if error in lasting else _over(error, at, day, zone)
        for error, at in times.items()
    ]
    return (*told, *(since(trouble, day, zone) for words, trouble in lasting.items() if words not in times))


def since(trouble: Trouble, day: date, zone: tzinfo) -> str:
    """`since Mon 14:05: the login on social.example is not valid any more; …`."""
    return f"since {moment(trouble.since, day, zone)}: {trouble.words}"


def _over(error: str, times: Collection[datetime], day: date, zone: tzinfo) -> str:
    """`Mon 14:05: …`, or `Mon 14:05 to 16:20, 3 times: …`."""
    first, last = min(times), max(times)
    begun = moment(first, day, zone)
    if len(times) == 1:
        return f"{begun}: {error}"
    same = first.astimezone(zone).date() == last.astimezone(zone).date()
    until = f"{last.astimezone(zone):%H:%M}" if same else moment(last, day, zone)
    return f"{begun} to {until}, {plural(len(times), 'time')}: {error}"
