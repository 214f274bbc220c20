"""Templates, filled in: what is put into one is escaped, and a name that is missing is a fault.

Jinja2 is loaded with the first template.
"""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

REPORT = "bot.report"


def filled(template: str, **facts: object) -> str:
    """The report's template of that name, such as `day.html`, with these facts in it."""
    return _environment(REPORT).get_template(template).render(**facts)


def filler(*packages: str) -> Callable[..., str]:
    """The same for templates in the `templates` of these packages, of which the first that has one of a name counts,
    and then the report's own."""

    def fill(template: str, **facts: object) -> str:
        return _environment(*packages, REPORT).get_template(template).render(**facts)

    return fill


def made_ready(*packages: str) -> None:
    """Read every template that `filler` finds in these packages and in the report's own, so that whoever first asks
    for one need not wait for it."""
    environment = _environment(*packages, REPORT)
    for name in environment.list_templates():
        environment.get_template(name)


def source(template: str) -> str:
    """The report's template of that name as it stands, such as a script that goes into a page."""
    loader = _environment(REPORT).loader
    assert loader is not None  # noqa: S101  it has one, below
    return loader.get_source(_environment(REPORT), template)[0]


@cache
def _environment(*packages: str) -> "Environment":
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
