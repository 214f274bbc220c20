"""What a coverage-guided fuzzer feeds (`make fuzz`), fed here with its samples and with what it once found."""

import re
import subprocess
import sys
from pathlib import Path
from random import Random
from urllib.parse import urlencode, urlsplit

import pytest

from bot.desk.door import Door
from tests.fuzz import desk, odd
from tests.fuzz.targets import TARGETS

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_its_samples_and_what_becomes_of_them(name: str) -> None:
    random, target = Random(name), TARGETS[name]
    for sample in target.samples:
        data = sample.encode("utf-8", "replace")
        made = [odd.damaged(random, data) for _ in range(5)] + [odd.text(random, sample).encode(errors="replace")]
        for given in (data, *made):
            target.feed(given)


def kept_change(**come: bool) -> desk.Request:
    """A change of the config as its page sends it, but for what does not come along."""
    made, _ = desk.opened()
    asked = desk.Request("GET", "/change", urlencode({"move": desk.MOVE}))
    ((method, action, fields),) = desk.Reader(made.ask(asked).body).forms
    comes = tuple(come.get(name, True) for name in ("cookie", "host", "origin", "kind", "word"))
    there, sent = urlsplit(action), {name: values[0] for name, values in fields.items()}
    sent |= {} if comes[4] else {"word": "x"}
    return desk.Request(method, there.path, there.query, urlencode(sent).encode(), comes)  # type: ignore[arg-type]


def test_the_desk_that_is_fed_writes_what_its_own_form_asks_for_and_what_no_other_does() -> None:
    made, _ = desk.opened()
    for lacking in ("cookie", "host", "origin", "kind", "word"):
        assert made.ask(kept_change(**{lacking: False})).status in (401, 403, 415, 421), lacking
    before = made.written()
    assert made.ask(kept_change()).status == 303
    assert made.written() != before
    made.tidy()


def test_a_desk_that_writes_what_it_should_not_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = desk.opened()
    request = kept_change(word=False)
    monkeypatch.setattr(Door, "gave", lambda *_: True)
    with pytest.raises(AssertionError, match="written by POST"):
        made.ask(request)
    made.tidy()


@pytest.mark.parametrize(
    ("headers", "body", "found"),
    [
        ({}, f"<p>{desk.ODD}</p>", "a tag that was typed"),
        ({}, '<p title="" zq=1 x="">', "an attribute that was typed"),
        ({}, '<a href="javascript:zq()">x</a>', "href='javascript"),
        ({"location": "//evil.test/"}, "", "evil.test"),
        ({"location": "/a\r\nset-cookie: a=b"}, "", "a header that was typed"),
        ({"x-own": "a"}, "", "x-own"),
    ],
)
def test_an_answer_that_lets_through_what_was_typed_is_found(headers: dict[str, str], body: str, found: str) -> None:
    usual = {"content-security-policy": "default-src 'none'", "content-type": "text/html"}
    status = 303 if "location" in headers else 200
    with pytest.raises(AssertionError, match=re.escape(found)):
        desk.hold(desk.Answer(status, {**usual, **headers}, body))


def test_without_atheris_it_is_said_and_is_no_failure() -> None:
    code = "import sys; from tests.fuzz import guided; guided.find_spec = lambda _: None; sys.exit(guided.main())"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "atheris is not installed" in done.stdout
