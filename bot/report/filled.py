"""Templates of the report, filled in: what is put into one is escaped, and a name that is missing is a fault.

Jinja2 is loaded with the first template.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def filled(template: str, **facts: object) -> str:
    """The template of that name, such as `day.html`, with these facts in it."""
    return _environment().get_template(template).render(**facts)


def source(template: str) -> str:
    """The template of that name as it stands, such as a script that goes into a page."""
    environment = _environment()
    loader = environment.loader
    assert loader is not None  # noqa: S101  it has one, below
    return loader.get_source(environment, template)[0]


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("bot.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
