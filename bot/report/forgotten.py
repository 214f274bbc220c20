"""What reports say, without somebody who is forgotten: whether a text names them, in each of the forms it may have."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from html import unescape
from typing import Any

from bot.report.escape import WORD_JOINER
from bot.report.figures import day as day_name

Named = Callable[[str], bool]
"""Whether a text names them."""
_AS_WRITTEN = str.maketrans({WORD_JOINER: None, "\\": None, "·": "."})
"""What Markdown, HTML and a post do to a handle, undone."""


def naming(handles: Iterable[str]) -> Named:
    """Tells whether a text names one of the handles, be it Markdown, HTML or a letter; none of longer handles in which
    it stands. At least one handle is needed."""
    wanted = "|".join(re.escape(_plain(handle)) for handle in handles)
    anyone = re.compile(rf"(?<![\w.+-])(?:{wanted})(?![\w-]|\.\w)")
    return lambda text: anyone.search(_plain(text)) is not None


def _plain(text: str) -> str:
    return unescape(text).translate(_AS_WRITTEN).casefold()


def without(value: Any, names: Named) -> Any:
    """JSON without them: whatever in a list names them is left out, and a text alone is empty."""
    if isinstance(value, str):
        return "" if names(value) else value
    if isinstance(value, list):
        return [without(one, names) for one in value if not _mentions(one, names)]
    return {key: without(one, names) for key, one in value.items()} if isinstance(value, dict) else value


def _mentions(value: Any, names: Named) -> bool:
    if isinstance(value, dict):
        return any(_mentions(one, names) for one in value.values())
    if isinstance(value, list):
        return any(_mentions(one, names) for one in value)
    return isinstance(value, str) and names(value)


def in_its_place(profile: str, day: date) -> str:
    """What stands in place of a report's words."""
    return f"quietfeed · {day_name(day)}: the report of “{profile}” named an account that is forgotten by now."
