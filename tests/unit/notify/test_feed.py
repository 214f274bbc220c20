"""The feed can be read by any reader, whatever stands in the reports, and names each report by one id for good."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from bot.notify.feed import NO_XML, Issue, atom
from bot.report.escape import terminal

ATOM = "{http://www.w3.org/2005/Atom}"
OURS = UUID("6f2a7c1e-0000-4000-8000-000000000001")
DAY = date(2026, 3, 2)
ISSUE = Issue(DAY, datetime(2026, 3, 2, 8, tzinfo=UTC), "quietfeed · Mon 2 Mar\nNo news.")


def entries(feed: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(feed).findall(f"{ATOM}entry")


def texts(feed: str, tag: str) -> list[str]:
    return [entry.findtext(f"{ATOM}{tag}") or "" for entry in entries(feed)]


def test_the_newest_report_comes_first_and_ids_stay_when_others_come():
    later = replace(ISSUE, day=DAY + timedelta(days=1), at=ISSUE.at + timedelta(days=1), text="quietfeed · Tue 3 Mar")
    before, after = atom("home", OURS, [ISSUE]), atom("home", OURS, [ISSUE, later])
    assert texts(after, "title") == ["quietfeed · Tue 3 Mar", "quietfeed · Mon 2 Mar"]
    assert texts(after, "id")[1:] == texts(before, "id")
    assert len({*texts(after, "id"), OURS.urn}) == 3
    assert texts(before, "updated") == ["2026-03-02T08:00:00+00:00"]


def test_an_entry_leads_to_the_report_where_it_can_be_read_on_the_network_alone():
    where = [replace(ISSUE, where="https://social.example.test/@robin/1"), replace(ISSUE, where="/home/robin/x.md")]
    links = [entries(atom("home", OURS, [one]))[0].find(f"{ATOM}link").get("href") for one in where]
    assert links[0] == "https://social.example.test/@robin/1"
    assert links[1].startswith("urn:uuid:")


@given(st.text() | st.sampled_from(["]]>", "</pre><script>x</script>", "&lt;b&gt;", "\ufffe", "\x00\x1b[2J", "\ud800"]))
def test_whatever_a_report_says_the_feed_stays_one_and_shows_it_as_text(text):
    feed = atom("home", OURS, [replace(ISSUE, text=text)])
    feed.encode()
    (content,) = texts(feed, "content")
    inside = content.removeprefix('<pre style="white-space: pre-wrap">').removesuffix("</pre>")
    assert "<" not in inside
    assert len(entries(feed)) == 1
    assert unescape(inside) == NO_XML.sub("\ufffd", terminal(text))


def test_without_the_library_the_command_that_installs_it_is_told():
    code = (
        "import sys; sys.modules['feedgenerator'] = None\n"
        "from bot.notify.feed import atom\n"
        "from uuid import uuid4\n"
        "try:\n    atom('home', uuid4(), [])\nexcept Exception as fault:\n    print(fault)"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert "pip install 'quietfeed[notify]'" in done.stdout
