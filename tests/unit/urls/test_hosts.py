"""What hosts end in: as the library reads the public suffix list, from which ours is packed anew."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publicsuffixlist import PSLFILE, PublicSuffixList

from bot.urls.hosts import ENDING, ascii_host, ending, registered

LIBRARY = PublicSuffixList()
LISTED = ENDING.findall(Path(PSLFILE).read_text("utf-8"))
PARTS = st.sampled_from(["a", "www", "any", "city", "kobe", "jp", "ck", "com", "co", "uk", "github", "io", "test", ""])


def test_everything_listed_ends_as_the_library_has_it() -> None:
    assert len(LISTED) > 9000
    for line in LISTED:
        end = ascii_host(line).removeprefix("!").replace("*", "any")
        for name in (end, f"shop.{end}", f"two.shop.{end}", end.partition(".")[2] or "no-such-end"):
            assert (name, ending(name)) == (name, LIBRARY.publicsuffix(name))
            assert (name, ending(name, listed=True)) == (name, LIBRARY.publicsuffix(name, accept_unknown=False))
            assert (name, registered(name)) == (name, LIBRARY.privatesuffix(name))


@given(st.lists(PARTS, min_size=1, max_size=5).map(".".join))
def test_any_name_ends_as_the_library_has_it(name: str) -> None:
    assert ending(name) == LIBRARY.publicsuffix(name)
    assert ending(name, listed=True) == LIBRARY.publicsuffix(name, accept_unknown=False)
    assert registered(name) == LIBRARY.privatesuffix(name)


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("shop.example.co.uk", "example.co.uk"),
        ("robin.github.io", "robin.github.io"),
        ("www.ck", "www.ck"),
        ("a.b.ck", "a.b.ck"),
        ("shop.xn--bcher-kva.test", "xn--bcher-kva.test"),
        ("co.uk", None),
        ("", None),
        ("a..test", None),
    ],
)
def test_one_part_before_the_ending_was_registered(name: str, domain: str | None) -> None:
    assert registered(name) == domain
