"""What the headers of an answer say of limits and of the server's clock, in each form that servers use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MOST_AHEAD = timedelta(days=1)
"""No limit of a server lasts longer (Bluesky counts logins by the day); what names a later time is not believed."""
HTTP_DATE = re.compile(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT")


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one answer; times are by our own clock."""

    limit: int | None
    remaining: int | None
    reset: datetime | None
    retry_at: datetime | None
    """From Retry-After, else the reset."""
    offset: float | None
    """Seconds by which the server's clock is ahead of ours."""


def limits_of(headers: Mapping[str, str], now: datetime, prefix: str = "x-ratelimit-") -> Limits:
    """Read `X-RateLimit-*` (`ratelimit-*` on Bluesky), `Retry-After` and `Date`; `headers` are found by their names in
    lower case. What came twice counts once; garbage counts as absent. Times lie between now and MOST_AHEAD."""
    date = _http_date(headers.get("date", ""))
    offset = (date - now).total_seconds() if date else None
    reset = _moment(headers.get(f"{prefix}reset", ""), now, offset)
    retry = _moment(headers.get("retry-after", ""), now, offset)
    return Limits(
        _number(headers.get(f"{prefix}limit", "")),
        _number(headers.get(f"{prefix}remaining", "")),
        reset,
        retry or reset,
        offset,
    )


def _number(value: str) -> int | None:
    found = re.match(r"\s*(\d{1,9})\b", value)
    return int(found[1]) if found else None


def _moment(value: str, now: datetime, offset: float | None) -> datetime | None:
    found = _named(value, now, offset)
    return None if found is None else min(max(found, now), now + MOST_AHEAD)


def _named(value: str, now: datetime, offset: float | None) -> datetime | None:
    """Seconds from now, an epoch (Pleroma, the mock), ISO 8601 (Mastodon, GoToSocial) or an HTTP date, by our clock."""
    ahead = timedelta(seconds=offset or 0.0)
    try:
        plain = re.fullmatch(r"(\d{1,13})(\.\d+)?(, *\d.*)?", value.strip())
        if plain:
            seconds = int(plain[1])
            if seconds < 10_000_000:
                return now + timedelta(seconds=seconds)
            return datetime.fromtimestamp(seconds / 1000 if seconds > 100_000_000_000 else seconds, UTC) - ahead
        found = _http_date(value) or datetime.fromisoformat(value.split(",")[0].strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC) - ahead
    except (ValueError, OverflowError, OSError):
        return None


def _http_date(value: str) -> datetime | None:
    found = HTTP_DATE.search(value)
    try:
        return parsedate_to_datetime(found[0]) if found else None
    except (ValueError, OverflowError, TypeError):
        return None
