"""What a config says of itself, where it has many profiles."""

from dataclasses import replace

import pytest

from bot.config import Profile, default_config, some
from bot.errors import UserError


@pytest.mark.parametrize(
    ("many", "told"),
    [
        (1, "p0"),
        (3, "p0, p1, p2"),
        (10, "p0, p1, p2, p3, p4, p5, p6, p7, p8, p9"),
        (1210, "p0, p1, p2, p3, p4, p5, p6, p7, p8, p9 and 1,200 more"),
    ],
)
def test_of_many_profiles_the_first_are_named(many: int, told: str) -> None:
    assert some([f"p{number}" for number in range(many)]) == told


def test_a_name_that_is_nearly_right_is_found_among_many() -> None:
    config = replace(default_config(), profiles=tuple(Profile(f"owner{n:03d}", "memory") for n in range(100)))
    with pytest.raises(UserError, match="owner009 and 90 more; did you mean owner077"):
        config.chosen("owner77")
