"""The gate before every page: whom it lets in, and what goes out with each answer."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.demo import START
from bot.clock import SimulatedClock
from bot.desk.app import FILES
from bot.desk.door import MOST_WRONG, WITHIN, Door, door
from bot.desk.gate import ALWAYS, NO_ENTRY, NOT_HERE, NOT_OURS, Gate
from bot.desk.pages import PAGES, WRITES
from tests.unit.desk.asked import NOTHING, PORT, TOKEN, Asked, desk_of, lived

BASE = "https://example.org/desk"
HERE = f"127.0.0.1:{PORT}"
OTHER_TOKEN = "b-token-for-tests-alone"


@dataclass
class Inside:
    """An application that remembers what came through to it."""

    reached: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of each request."""

    async def __call__(self, scope, receive, send):
        self.reached.append((scope["method"], scope["path"]))
        headers = [(b"content-type", b"text/html"), (b"Server", b"inside"), (b"X-Frame-Options", b"ALLOWALL")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"a page"})


def gate(entry: Door | None = None, clock: SimulatedClock | None = None) -> tuple[Asked, Inside]:
    """A gate before that application."""
    entry, inside = entry or door(TOKEN, "127.0.0.1", PORT), Inside()
    return Asked(Gate(inside, entry, clock or SimulatedClock(START)), None, entry), inside


def behind_a_proxy(*, trusts_proxy: bool = False) -> tuple[Asked, Inside]:
    return gate(door(TOKEN, "127.0.0.1", PORT, BASE, trusts_proxy=trusts_proxy))


# who comes in


def test_one_who_has_come_in_sees_the_page():
    asked, inside = gate()
    answer = asked.get("/ledger?before=7")
    assert (answer.status, answer.text) == (200, "a page")
    assert inside.reached == [("GET", "/ledger")]


def test_a_stranger_is_told_where_the_address_is():
    asked, inside = gate()
    answer = asked.get("/", cookie=None)
    assert (answer.status, answer.text) == (401, NO_ENTRY)
    assert "set-cookie" not in answer.headers
    assert inside.reached == []


def test_the_token_gives_a_cookie_and_leads_on_without_it():
    asked, inside = gate()
    answer = asked.get(f"/ledger?before=7&token={TOKEN}&only=", cookie=None)
    assert answer.status == 200
    name, value = answer.headers["set-cookie"].partition(";")[0].split("=")
    assert set(answer.headers["set-cookie"].split("; ")[1:]) == {"Path=/", "HttpOnly", "SameSite=Strict"}
    assert answer.headers["refresh"] == "0; url=/ledger?before=7&only="
    assert answer.page.links == [("To the desk", "/ledger?before=7&only=")]
    assert inside.reached == []
    assert asked.get("/ledger", cookie=f"{name}={value}").text == "a page"


@pytest.mark.parametrize(
    "query",
    [
        "token=",
        "token",
        f"token={OTHER_TOKEN}",
        f"token={TOKEN}x",
        f"token={TOKEN[:-1]}",
        f"token={TOKEN.upper()}",
        f"token=+{TOKEN}",
        f"token={TOKEN}%00",
        f"token={TOKEN}&token={TOKEN}",
        f"token={OTHER_TOKEN}&token={TOKEN}",
        f"token={TOKEN}&token={OTHER_TOKEN}",
        f"Token={TOKEN}",
        f"token%00={TOKEN}",
        f"a=token={TOKEN}",
        "token=%ff%fe",
        "token=%",
        f";token={TOKEN}",
    ],
)
def test_what_is_not_the_token_once_opens_nothing(query):
    asked, inside = gate()
    answer = asked.get(f"/?{query}", cookie=None)
    assert (answer.status, answer.text) == (401, NO_ENTRY)
    assert "set-cookie" not in answer.headers
    assert inside.reached == []


@pytest.mark.parametrize("query", [f"token={TOKEN}", f"token={OTHER_TOKEN}", "token=", f"token={TOKEN}&token=x"])
def test_no_page_has_a_token_in_its_address_not_even_for_one_who_is_in(query):
    asked, inside = gate()
    answer = asked.get(f"/ledger?{query}&before=7")
    assert answer.headers["refresh"] == "0; url=/ledger?before=7"
    assert TOKEN not in answer.text
    assert inside.reached == []


def test_a_token_that_is_spelled_in_percent_is_the_token():
    spelled = "".join(f"%{ord(letter):02x}" for letter in TOKEN)
    assert gate()[0].get(f"/?token={spelled}", cookie=None).status == 200


def test_a_token_of_any_letters_comes_in():
    token = 'a token: q+/7 "&w=#é;🔑'
    asked, _ = gate(door(token, "127.0.0.1", PORT))
    assert asked.get(f"/?token={quote(token, safe='')}", cookie=None).headers["refresh"] == "0; url=/"
    assert asked.get("/", cookie=f"{asked.door.cookie}={asked.door.passed}").text == "a page"


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get"])
def test_a_token_is_only_looked_at_where_a_page_is_asked_for(method):
    asked, inside = gate()
    answer = asked.ask(method, f"/?token={TOKEN}", {"host": HERE, "origin": f"http://{HERE}"})
    assert answer.status == 401
    assert inside.reached == []


def test_a_token_in_a_form_opens_nothing():
    asked, inside = gate()
    assert asked.post("/", {"token": TOKEN}, cookie=None).status == 401
    assert inside.reached == []


def test_guessing_tokens_is_stopped_for_a_minute_and_leaves_those_alone_who_are_in():
    clock = SimulatedClock(START)
    asked, _ = gate(clock=clock)
    for number in range(MOST_WRONG):
        assert asked.get(f"/?token=guess-{number}", cookie=None).status == 401
    stopped = asked.get(f"/?token={TOKEN}", cookie=None)
    assert (stopped.status, stopped.headers["retry-after"]) == (429, "60")
    assert "set-cookie" not in stopped.headers
    assert asked.get("/").text == "a page"
    clock.wait(WITHIN)
    assert asked.get(f"/?token={TOKEN}", cookie=None).status == 200


def test_the_token_of_a_browser_that_was_started_opens_once_and_the_printed_one_goes_on():
    asked, _ = gate(door(TOKEN, "127.0.0.1", PORT, once=OTHER_TOKEN))
    assert asked.get(f"/?token={OTHER_TOKEN}x", cookie=None).status == 401
    entered = asked.get(f"/ledger?token={OTHER_TOKEN}", cookie=None)
    assert (entered.status, entered.headers["refresh"]) == (200, "0; url=/ledger")
    again = asked.get(f"/?token={OTHER_TOKEN}", cookie=None)
    assert (again.status, again.text) == (401, NO_ENTRY)
    assert asked.get(f"/?token={TOKEN}", cookie=None).status == 200


# cookies


@pytest.mark.parametrize(
    "cookie",
    [
        "NAME=PASSED",
        "other=1; NAME=PASSED",
        "NAME=PASSED; other=1",
        "other=1;NAME=PASSED;",
        'prefs={"a": [1, "b"]}; NAME=PASSED',
        "broken; ; =; NAME=PASSED",
        "a=\x01\x7fé; NAME=PASSED",
        "NAME=stale; NAME=PASSED",
        "NAME=PASSED; NAME=stale",
        f"quietfeed-desk-{PORT + 1}=stale; NAME=PASSED",
    ],
)
def test_a_cookie_of_ours_counts_whatever_others_left_beside_it(cookie):
    asked, _ = gate()
    spelled = cookie.replace("NAME", asked.door.cookie).replace("PASSED", asked.door.passed)
    assert asked.get("/", cookie=spelled).text == "a page"


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "NAME",
        "NAME=",
        "PASSED",
        "NAME=stale",
        "NAME=PASSEDx",
        'NAME="PASSED',
        "other=NAME=PASSED",
        "xNAME=PASSED",
        "NAME =PASSED",
        f"quietfeed-desk-{PORT + 1}=PASSED",
        "NAME=WORD",
        f"NAME={TOKEN}",
        "NAME=é",
    ],
)
def test_any_other_cookie_opens_nothing(cookie):
    asked, inside = gate()
    for name, value in (("NAME", asked.door.cookie), ("PASSED", asked.door.passed), ("WORD", asked.door.word)):
        cookie = cookie.replace(name, value)
    assert asked.get("/", cookie=cookie).status == 401
    assert inside.reached == []


def test_of_a_header_that_comes_twice_nothing_is_believed():
    asked, inside = gate()
    right = asked.usual["cookie"]
    assert asked.get("/", cookie=[right, right]).status == 401
    assert asked.get("/", host=[HERE, HERE]).status == 421
    assert asked.post("/", origin=[f"http://{HERE}", f"http://{HERE}"]).status == 403
    assert inside.reached == []


# by which name it is reached


@pytest.mark.parametrize("host", [HERE, f"localhost:{PORT}", f"[::1]:{PORT}", f"LOCALHOST:{PORT}", f"LocalHost:{PORT}"])
def test_it_answers_by_the_names_of_this_machine(host):
    assert gate()[0].get("/", host=host).text == "a page"


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.test",
        f"evil.test:{PORT}",
        "127.0.0.1",
        "localhost",
        f"127.0.0.1:{PORT + 1}",
        f"127.0.0.1.:{PORT}",
        f"localhost.:{PORT}",
        f"127.1:{PORT}",
        f"2130706433:{PORT}",
        f"0x7f.1:{PORT}",
        f"0.0.0.0:{PORT}",
        f"[::]:{PORT}",
        f"::1:{PORT}",
        f"[::ffff:127.0.0.1]:{PORT}",
        f"127.0.0.1:0{PORT}",
        f"127.0.0.1:{PORT}:{PORT}",
        f"evil.test@127.0.0.1:{PORT}",
        f"127.0.0.1:{PORT}@evil.test",
        f"127.0.0.1:{PORT}.evil.test",
        f"127.0.0.1:{PORT}, evil.test",
        f"localhost:{PORT}/",
        f" localhost:{PORT}",
        f"localhost:{PORT}\x00",
        f"ＬＯＣＡＬＨＯＳＴ:{PORT}".encode().decode("latin-1"),
    ],
)
def test_another_name_that_leads_here_is_refused_before_anything_is_looked_at(host):
    asked, inside = gate()
    for path in ("/", f"/?token={TOKEN}"):
        answer = asked.get(path, host=host)
        assert (answer.status, answer.text) == (421, NOT_HERE)
        assert "set-cookie" not in answer.headers
    assert asked.post("/", host=host).status == 421
    assert inside.reached == []


def test_what_a_proxy_says_of_the_host_counts_only_where_it_is_trusted():
    asked, inside = behind_a_proxy()
    assert asked.get("/", host="evil.test", x_forwarded_host="example.org").status == 421
    assert inside.reached == []
    assert asked.get("/", host=HERE, x_forwarded_host="evil.test").text == "a page"
    trusting, behind = behind_a_proxy(trusts_proxy=True)
    assert trusting.get("/", host="desk.internal.test", x_forwarded_host="example.org").text == "a page"
    assert trusting.get("/", host="desk.internal.test", x_forwarded_host="EXAMPLE.org:443").text == "a page"
    behind.reached.clear()
    for told in (
        "evil.test",
        "",
        "example.org, evil.test",
        ["example.org", "example.org"],
        ["example.org", "evil.test"],
    ):
        assert trusting.get("/", host=HERE, x_forwarded_host=told).status == 421, told
    assert behind.reached == []


def test_a_proxy_that_says_nothing_of_the_host_has_passed_it_on():
    trusting, _ = behind_a_proxy(trusts_proxy=True)
    assert trusting.get("/", host="example.org").text == "a page"
    assert trusting.get("/", host="evil.test").status == 421


@pytest.mark.parametrize("told", ["http", "https", "wss", "evil"])
def test_the_scheme_that_a_proxy_says_changes_nothing(told):
    """By which one browsers come is said once, in --base-url."""
    for asked, _ in (behind_a_proxy(), behind_a_proxy(trusts_proxy=True)):
        assert asked.get("/", host="example.org", x_forwarded_proto=told).text == "a page"
        given = asked.get(f"/?token={TOKEN}", host="example.org", x_forwarded_proto=told, cookie=None)
        assert given.headers["set-cookie"].endswith("; Secure")


# who sends a form


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "http://evil.test",
        "http://127.0.0.1",
        f"http://127.0.0.1:{PORT + 1}",
        f"https://127.0.0.1:{PORT}",
        f"HTTP://127.0.0.1:{PORT}",
        f"http://127.0.0.1:{PORT}/",
        f"http://127.0.0.1.:{PORT}",
        f"http://127.0.0.1:{PORT}.evil.test",
        f"http://127.0.0.1:{PORT}, http://evil.test",
        f"http://a@127.0.0.1:{PORT}",
        [f"http://127.0.0.1:{PORT}", "http://evil.test"],
        ["http://evil.test", f"http://127.0.0.1:{PORT}"],
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_a_form_of_another_page_is_refused(origin, method):
    asked, inside = gate()
    answer = asked.ask(method, "/keep", {**asked.usual, "origin": origin})
    assert (answer.status, answer.text) == (403, NOT_OURS)
    assert not {name for name in answer.headers if name.startswith("access-control")}
    assert inside.reached == []


@pytest.mark.parametrize("origin", [f"http://{HERE}", f"http://localhost:{PORT}", f"http://[::1]:{PORT}"])
def test_a_form_of_ours_goes_through(origin):
    asked, inside = gate()
    assert asked.post("/keep", origin=origin).text == "a page"
    assert inside.reached == [("POST", "/keep")]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
def test_a_page_of_elsewhere_can_neither_load_nor_send_what_is_ours(site):
    """One of another port of this machine is `same-site`, and has our cookie."""
    asked, inside = gate()
    told = {"sec_fetch_site": site}
    for mode, kind in (("no-cors", "script"), ("no-cors", "image"), ("cors", "empty"), ("navigate", "iframe")):
        assert asked.get("/", **told, sec_fetch_mode=mode, sec_fetch_dest=kind).status == 403
    assert asked.get("/", **told).status == 403
    assert asked.post("/keep", **told, sec_fetch_mode="navigate", sec_fetch_dest="document").status == 403
    assert inside.reached == []


def test_a_link_on_a_page_of_elsewhere_may_be_followed():
    asked, inside = gate()
    assert (
        asked.get("/", sec_fetch_site="cross-site", sec_fetch_mode="navigate", sec_fetch_dest="document").status == 200
    )
    assert inside.reached == [("GET", "/")]


@pytest.mark.parametrize("site", [None, "none", "same-origin"])
def test_our_own_pages_load_and_send_what_they_need(site):
    asked, _ = gate()
    assert (
        asked.get("/desk.css", sec_fetch_site=site, sec_fetch_mode="no-cors", sec_fetch_dest="style").text == "a page"
    )
    assert asked.post("/keep", sec_fetch_site=site).text == "a page"


# other protocols


def test_a_websocket_gets_no_answer():
    asked, inside = gate()
    assert asked.ask("GET", "/", asked.usual, type="websocket") == NOTHING
    assert inside.reached == []


def test_an_old_browser_is_asked_for_the_same():
    asked, _ = gate()
    assert asked.ask("GET", "/", asked.usual, http_version="1.0").text == "a page"
    assert asked.ask("GET", "/", {}, http_version="1.0").status == 421


# what stands before every path


@pytest.mark.parametrize(
    ("asked_for", "reached"),
    [
        ("/desk/ledger", "/ledger"),
        ("/ledger", "/ledger"),
        ("/desk/", "/"),
        ("/desk", "/"),
        ("/", "/"),
        ("/desks", "/desks"),
        ("/desk/desk", "/desk"),
        ("/desk//ledger", "//ledger"),
    ],
)
def test_a_proxy_may_take_off_what_stands_before_a_path_or_leave_it(asked_for, reached):
    asked, inside = behind_a_proxy()
    assert asked.get(asked_for, host="example.org").text == "a page"
    assert inside.reached == [("GET", reached)]


@pytest.mark.parametrize("asked_for", ["/desk/ledger", "/ledger"])
def test_the_way_on_is_by_the_address_that_browsers_know(asked_for):
    asked, _ = behind_a_proxy()
    answer = asked.get(f"{asked_for}?token={TOKEN}&before=7", host="example.org", cookie=None)
    assert answer.headers["refresh"] == "0; url=/desk/ledger?before=7"
    assert "; Path=/desk; " in answer.headers["set-cookie"]
    assert 'href="/desk/icon.svg"' in answer.text


# what an address may do


HOSTILE = (
    "//evil.test",
    "///evil.test/",
    "/\\evil.test",
    "/\\/evil.test",
    "/%5cevil.test",
    "/%2fevil.test",
    "/%0d%0aset-cookie:%20a=b",
    "/a%0d%0a%0d%0a<script>",
    '/"><script>alert(1)</script>',
    "/;url=https://evil.test",
    "/'",
    "/%00",
    "/é%ff",
    "http://evil.test/",
    "/../../etc/passwd",
)


@pytest.mark.parametrize("path", HOSTILE)
@pytest.mark.parametrize("rest", ["", "&next=//evil.test", "&a=%0d%0ab:c", '&a="><script>', "&%0d%0aa:b=c", "&;url=x"])
def test_an_address_leads_nowhere_else_and_adds_nothing(path, rest):
    asked, _ = gate()
    answer = asked.get(f"{path}?token={TOKEN}{rest}".encode().decode("latin-1"), cookie=None)
    _leads_on_here(answer)


def _leads_on_here(answer) -> None:
    before, _, onward = answer.headers["refresh"].partition("; url=")
    assert before == "0"
    assert re.fullmatch(r"/(?![/\\])[A-Za-z0-9/_.~?&=%+*-]*", onward), onward
    assert urlsplit(onward).netloc == ""
    assert not re.search(r"[\r\n\0]", "".join(name + value for name, value in answer.lines))
    assert "<script" not in answer.text
    assert [name for name, _ in answer.lines].count("set-cookie") == 1


PATHS = st.text(st.characters(min_codepoint=1), max_size=40).map(lambda path: "/" + quote(path, safe="/\\;:@\"'<>"))
QUERIES = st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=60).filter(
    lambda text: "token" not in text
)


@given(PATHS, QUERIES)
def test_whatever_the_address_is_the_way_on_stays_here(path, query):
    asked, _ = behind_a_proxy()
    answer = asked.get(f"{path.replace('?', '')}?{query}&token={TOKEN}", host="example.org", cookie=None)
    _leads_on_here(answer)
    onward = urlsplit(answer.headers["refresh"].partition("url=")[2])
    assert onward.path.startswith("/desk/")
    assert ("token", TOKEN) not in parse_qsl(onward.query)


# always


HEADERS = st.sampled_from(
    ["host", "cookie", "origin", "x-forwarded-host", "x-forwarded-proto", "sec-fetch-site", "authorization", "referer"]
)
VALUES = st.sampled_from(
    [HERE, f"http://{HERE}", "example.org", "https://example.org", "null", "", "same-origin"]
) | st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30)
METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "get", ""])
REQUESTS = st.tuples(METHODS, PATHS, QUERIES, st.dictionaries(HEADERS, VALUES | st.lists(VALUES, max_size=3)))


@given(REQUESTS, st.booleans())
def test_no_request_without_the_pass_comes_through_and_every_answer_has_the_policy(request_, trusts_proxy):
    method, path, query, headers = request_
    asked, inside = behind_a_proxy(trusts_proxy=trusts_proxy)
    answer = asked.ask(method, f"{path}?{query}", {"host": HERE, "origin": f"http://{HERE}", **headers})
    assert inside.reached == []
    assert answer.status in (401, 403, 421)
    _is_safe(answer)


@given(REQUESTS)
def test_nothing_but_a_look_comes_through_without_an_origin_of_ours(request_):
    method, path, query, headers = request_
    asked, inside = gate()
    _is_safe(asked.ask(method, f"{path}?{query}", {**headers, **asked.usual, "origin": headers.get("origin")}))
    ours = headers.get("origin") in (f"http://{HERE}", [f"http://{HERE}"])
    assert all(ours or reached in ("GET", "HEAD") for reached, _ in inside.reached)


def _is_safe(answer) -> None:
    for name, value in ALWAYS.items():
        assert [said for key, said in answer.lines if key.lower() == name] == [value]
    assert TOKEN not in answer.text
    assert TOKEN not in str(answer.lines)


def test_an_answer_from_inside_has_the_headers_of_all_and_not_its_own():
    answer = gate()[0].get("/")
    _is_safe(answer)
    assert answer.headers["content-type"] == "text/html"


# the desk itself


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A desk in which the demo's two weeks were lived through."""
    with lived(tmp_path_factory.mktemp("desk")) as (store, config, clock):
        yield desk_of(store, config, clock)


OWN_PATHS = [
    *(page.path for page in PAGES),
    *(write.path for write in WRITES),
    "/desk.css",
    *(f"/{one}" for one in FILES),
]


@pytest.mark.parametrize("path", [*OWN_PATHS, "/nothing"])
def test_every_page_write_and_file_is_behind_the_gate(desk, path):
    for answer in (desk.get(path, cookie=None), desk.post(path, cookie=None)):
        assert (answer.status, answer.text) == (401, NO_ENTRY)
    assert desk.get(path, host="evil.test").status == 421
    assert desk.post(path, origin="http://evil.test").status == 403


@pytest.mark.parametrize("path", [*OWN_PATHS, "/nothing"])
def test_no_answer_holds_the_token_or_the_cookie(desk, path):
    for answer in (desk.get(path), desk.post(path), desk.post(path, {"word": "wrong"})):
        _is_safe(answer)
        assert answer.status < 500
        assert desk.door.passed not in answer.text + str(answer.lines)


@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.key)
@pytest.mark.parametrize("word", [None, "", "wrong", "0" * 64, TOKEN, "é", "COOKIE", "OTHER"])
def test_no_write_is_done_without_the_word_of_this_desk(desk, write, word):
    other = door(TOKEN, "127.0.0.1", PORT + 1)
    word = {"COOKIE": desk.door.passed, "OTHER": other.word}.get(word, word)
    before = desk.seat.store.mark()
    answer = desk.post(write.path, {"word": word})
    assert answer.status == 403
    assert NOT_OURS in answer.page.text
    assert desk.seat.store.mark() == before


@pytest.mark.parametrize(
    "path", ["/static/desk.js", "/../desk.js", "/desk.js/../app.py", "/%2e%2e/app.py", "/desk.js%00"]
)
def test_no_file_is_served_but_those_that_are_named(desk, path):
    answer = desk.get(path)
    assert answer.status == 404
    assert "import" not in answer.text


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_served_as_what_it_is(desk, name):
    answer = desk.get(f"/{name}")
    assert answer.headers["content-type"].partition(";")[0] == FILES[name]
    assert answer.body == (Path("bot/desk/static") / name).read_bytes()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "POST"])
def test_a_page_is_only_looked_at(desk, method):
    answer = desk.ask(method, "/", {**desk.usual, "origin": f"http://{HERE}"})
    assert answer.status == 405
    assert answer.page.headings == [(1, "quietfeed")]


def test_a_path_with_a_stroke_at_its_end_leads_to_no_other_address(desk):
    answer = desk.get("/ledger/")
    assert answer.status == 404
    assert "location" not in answer.headers


def test_the_policy_lets_nothing_in_from_outside():
    allowed = dict(part.split(" ", 1) for part in ALWAYS["content-security-policy"].split("; "))
    assert allowed.pop("default-src") == "'none'"
    assert set(allowed.values()) <= {"'self'", "'none'"}
