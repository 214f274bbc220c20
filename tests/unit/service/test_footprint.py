"""The daemon asks the C library to keep little, and goes on where that cannot be asked."""

import ctypes

import pytest

from bot.service import footprint


class Library:
    """A C library that notes what is asked of it."""

    def __init__(self) -> None:
        self.asked: dict[int, int] = {}

    def mallopt(self, option: int, value: int) -> int:
        self.asked[option] = value
        return 1


def test_threads_share_one_pool_that_gives_back_what_is_free(monkeypatch):
    library = Library()
    monkeypatch.setattr(ctypes, "CDLL", lambda _: library)
    footprint.keep_little()
    assert library.asked == {-8: 1, -1: footprint.KEPT}  # as malloc.h numbers them


@pytest.mark.parametrize("lacks", [object(), OSError("no library"), TypeError("none")])
def test_a_library_that_knows_no_such_thing_costs_nothing(monkeypatch, lacks):
    def loaded(_):
        if isinstance(lacks, Exception):
            raise lacks
        return lacks

    monkeypatch.setattr(ctypes, "CDLL", loaded)
    footprint.keep_little()
