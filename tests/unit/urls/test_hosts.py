"""Hosts: the public suffix list as the library reads it, though it is read in a third of the time."""

from pathlib import Path

from publicsuffixlist import PSLFILE, PublicSuffixList

from bot.urls.hosts import ENDING, ascii_host, suffixes


def test_every_ending_is_the_one_that_the_library_reads_itself() -> None:
    library, ours = PublicSuffixList(), suffixes()
    endings = ENDING.findall(Path(PSLFILE).read_text("utf-8"))
    assert len(endings) > 9000
    for ending in endings:
        name = f"shop.{ascii_host(ending.lstrip('!').replace('*', 'any'))}"
        assert ours.publicsuffix(name) == library.publicsuffix(name)
        assert ours.privatesuffix(name) == library.privatesuffix(name)
