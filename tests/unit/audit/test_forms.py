"""An audit as tables, CSV, JSON and a page: complete, and harmless whatever strangers call themselves."""

import csv
import re
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from html.parser import HTMLParser
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.forms import as_csv, audit_data, one_table, tables
from bot.audit.page import page
from bot.report.shapes import AuditJson
from tests.shapes import misfits
from tests.unit.audit.made import ANN, NOW, audit, named, seen

TALKS = {"reply_share": 0.5, "answered_people": 5.0}
MADE = audit(
    seen(account=named(1), found=True),
    seen(TALKS, account=named(2)),
    seen(account=named(3, moved_to="three@new.test")),
    seen(account=named(4), verdict=None, a_day=None, trouble="no answer"),
)
CAME = audit(seen(TALKS, account=named(1), followed=NOW - timedelta(days=5)), followers=True, waiting=1)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def test_csv_has_a_line_for_everybody():
    told = rows(as_csv(MADE))
    assert [row["account"] for row in told] == [line.account.handle for line in MADE.lines]
    assert told[0]["group"] == "broadcasts links"
    assert told[0]["posts_a_day"] == "2.00"
    assert float(told[0]["part"]) == pytest.approx(1 / 3, abs=1e-4)
    assert rows(as_csv(CAME))[0]["follow back"] == "yes"
    assert "part" not in rows(as_csv(CAME))[0]


@pytest.mark.slow
@given(st.text(max_size=40).map(lambda text: st.just(text)) | st.sampled_from("=+-@").map(st.just), st.data())
def test_no_cell_of_the_csv_is_a_formula(begin, data):
    name = data.draw(begin) + "cmd|' /C calc'!A0"
    made = audit(seen(account=replace(ANN, handle=name, display_name=name, url=name), verdict=None, trouble=name))
    (row,) = rows(as_csv(made))
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in row.values())


def test_json_has_its_shape():
    for made in (MADE, CAME, audit()):
        assert misfits(audit_data(made), AuditJson) == []
    assert audit_data(CAME)["accounts"][0]["follow_back"] == "yes"
    assert [(g["group"], g["accounts"]) for g in audit_data(MADE)["groups"]] == [
        ("broadcasts links", 1),
        ("moved or gone", 1),
        ("talks", 1),
        ("could not be read", 1),
    ]


def test_a_terminal_gets_a_table_for_each_group_and_a_pipe_one_for_all():
    titles = [one.title for one in tables(MADE)]
    assert titles[0] == "1 only broadcasts links, 33 % of what is posted"
    assert titles[-1] == "1 could not be read"
    assert len(one_table(MADE).rows) == 4
    assert all(len(row) == len(one.columns) for one in (*tables(CAME), one_table(CAME)) for row in one.rows)


class Seen(HTMLParser):
    """Which elements a page has, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def test_the_page_tells_everybody_and_loads_nothing():
    written = page(MADE)
    found = Seen(written)
    assert [attrs.get("src") for tag, attrs in found.tags if tag in ("script", "img", "link")] == [None]
    assert all(line.account.handle in found.text for line in MADE.lines)
    assert "Moved to three@new.test." in found.text
    assert "1 could not be read; the next audit tries again." in found.text


def test_the_one_script_that_may_run_is_the_one_that_is_there():
    written = page(MADE)
    (script,) = re.findall(r"<script>(.*?)</script>", written, re.DOTALL)
    wanted = b64encode(sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{wanted}'" in written
    assert "unsafe-inline' 'unsafe" not in written


def test_each_cell_says_by_what_it_is_sorted():
    found = Seen(page(MADE))
    keys = [attrs["data-key"] for tag, attrs in found.tags if tag == "td" and "data-key" in attrs]
    assert len(keys) == 3 * len(MADE.lines)
    assert [float(key or "") for key in keys[2::3]] == [round(line.share or 0.0, 5) for line in MADE.lines]


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</details><h2>Hi", "{{ 7 * 7 }}"]
)
def test_what_strangers_call_themselves_stays_text(hostile):
    made = audit(
        seen(account=replace(ANN, handle=hostile, display_name=hostile, url=f"javascript:{hostile}")),
        seen(account=named(2), verdict=None, trouble=hostile),
        seen(account=named(3, moved_to=hostile)),
    )
    plain, odd = Seen(page(MADE)), Seen(page(made))
    assert {tag for tag, _ in odd.tags} <= {tag for tag, _ in plain.tags}
    assert sum(tag == "script" for tag, _ in odd.tags) == 1
    assert not [attrs for _, attrs in odd.tags if any(name.startswith("on") for name in attrs)]
    assert not [attrs for _, attrs in odd.tags if (attrs.get("href") or "").startswith("javascript")]


def test_what_is_amiss_and_every_follower_shows_at_once_and_the_rest_is_folded():
    def folded(made):
        return [" open" not in part for part in page(made).split("<details")[1:]]

    assert folded(MADE) == [False, False, True, False]
    assert folded(CAME) == [False]


def test_followers_have_columns_of_their_own():
    found = Seen(page(CAME))
    assert "Follow back" in found.text
    assert "25 Feb" in found.text
