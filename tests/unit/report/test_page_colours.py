"""The page's colours can be told apart by everybody: contrasts as WCAG 2.2 measures and wants them (1.4.3, 1.4.11)."""

import re
from importlib.resources import files

import pytest

TEXT, GRAPHIC = 4.5, 3.0
PAIRS = [
    ("ink", "paper", TEXT),
    ("ink", "card", TEXT),
    ("ink", "track", TEXT),
    ("ink", "corner", TEXT),
    ("soft", "paper", TEXT),
    ("soft", "card", TEXT),
    ("link", "paper", TEXT),
    ("link", "card", TEXT),
    ("orange-ink", "card", TEXT),
    ("soft", "track", GRAPHIC),
    ("orange", "track", GRAPHIC),
    ("card", "orange", GRAPHIC),
    ("ink", "card", GRAPHIC),
    ("blue", "card", GRAPHIC),
    ("blue", "paper", GRAPHIC),
    ("orange", "paper", GRAPHIC),
    ("orange-ink", "orange-pale", 1.5),
]
"""What stands on what. A bound's mark is told from the bar by the rim of the card's colour that it has; the last is the
outline of a shape that is told from the card by that outline."""


def palettes() -> dict[str, dict[str, str]]:
    """The colours by name, of each way in which the page is shown."""
    sheet = (files("bot.report") / "templates" / "page.css").read_text("utf-8")
    light, dark, paper = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", part)) for part in re.split("@media", sheet))
    return {"light": light, "dark": dark, "print": paper}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("shown", ["light", "dark", "print"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_what_is_read_stands_out(shown, front, back, least):
    colours = palettes()[shown]
    assert contrast(colours[front], colours[back]) >= least, (front, back)


@pytest.mark.parametrize("shown", ["light", "dark", "print"])
def test_signal_and_noise_are_told_apart_without_colour(shown):
    colours = palettes()[shown]
    assert contrast(colours["blue"], colours["orange-pale"]) >= 1.5
