"""The door: the token, and the addresses by which a browser may reach the desk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.demo import START
from bot.clock import SimulatedClock
from bot.desk.door import HOST, MOST_WRONG, PATH, SHORTEST_TOKEN, WITHIN, Guesses, door, new_token
from bot.errors import UserError

TOKEN = "a-token-for-tests-alone"
NO_ADDRESS = (
    "example.org",
    "example.org/desk",
    "//example.org/desk",
    "ftp://example.org/desk",
    "https://",
    "https:///desk",
    "https://example.org:port/",
    "https://example.org:99999/",
    "https://example.org:0/",
    "https://[::1/",
    "https://ann:planted-password@example.org/",
    "https://ann@example.org/",
    "https://example.org/desk?token=1",
    "https://example.org/desk#top",
    "https://exämple.org/desk",
    "https://example.org/désk",
    "https://example.org/my%20desk",
    'https://example.org/"><b>',
    "https://example.org/a;b",
    "https://example.org/a//b",
    "https://example.org/../desk",
    "https://example.org/desk\r\nx: y",
    "javascript:alert(1)",
)


def test_a_desk_is_reached_by_this_machines_names_and_its_port():
    made = door(TOKEN, "127.0.0.1", 8222)
    assert made.hosts == {"127.0.0.1:8222", "localhost:8222", "[::1]:8222"}
    assert made.origins == {f"http://{host}" for host in made.hosts}
    assert not made.secure
    assert made.path == ""


def test_the_usual_port_need_not_be_named():
    assert {"localhost", "localhost:80"} <= door(TOKEN, "127.0.0.1", 80).hosts
    assert "localhost" not in door(TOKEN, "127.0.0.1", 443).hosts


@pytest.mark.parametrize(
    ("listens", "names"),
    [("127.0.0.2", "127.0.0.2:8222"), ("::1", "[::1]:8222"), ("0:0::0:1", "[::1]:8222"), ("fd00::5", "[fd00::5]:8222")],
)
def test_the_address_that_it_listens_at_is_one_of_its_names(listens, names):
    assert names in door(TOKEN, listens, 8222).hosts


@pytest.mark.parametrize("every", ["0.0.0.0", "::"])
def test_listening_everywhere_is_no_name(every):
    made = door(TOKEN, every, 8222, "https://example.org/desk")
    assert not {"0.0.0.0:8222", "[::]:8222"} & made.hosts


@pytest.mark.parametrize(
    ("base_url", "host", "origin", "path", "secure"),
    [
        ("https://example.org/desk", "example.org", "https://example.org", "/desk", True),
        ("https://example.org/desk/", "example.org:443", "https://example.org:443", "/desk", True),
        ("https://example.org", "example.org", "https://example.org", "", True),
        ("https://EXAMPLE.org:8443/a/b", "example.org:8443", "https://example.org:8443", "/a/b", True),
        ("http://desk.test/~ann", "desk.test", "http://desk.test", "/~ann", False),
        ("http://[fd00::5]:8080/", "[fd00::5]:8080", "http://[fd00::5]:8080", "", False),
    ],
)
def test_a_desk_behind_a_proxy_is_reached_by_its_address_too(base_url, host, origin, path, secure):
    made = door(TOKEN, "127.0.0.1", 8222, base_url)
    assert {host, "localhost:8222"} <= made.hosts
    assert {origin, "http://localhost:8222"} <= made.origins
    assert (made.path, made.secure) == (path, secure)


def test_the_port_of_another_scheme_is_not_the_usual_one():
    made = door(TOKEN, "127.0.0.1", 8222, "https://example.org:80/")
    assert "example.org" not in made.hosts
    assert "http://example.org" not in made.origins


@pytest.mark.parametrize("base_url", NO_ADDRESS)
def test_an_address_that_is_none_is_refused_with_an_example(base_url):
    with pytest.raises(UserError, match=r"--base-url .* https://example\.org/desk") as refused:
        door(TOKEN, "127.0.0.1", 8222, base_url)
    assert "planted" not in str(refused.value)


@given(st.text(st.characters(), max_size=60).map(lambda rest: f"https://example.org/{rest}") | st.text())
def test_any_address_makes_a_door_or_is_refused(base_url):
    try:
        made = door(TOKEN, "127.0.0.1", 8222, base_url)
    except UserError:
        return
    assert PATH.fullmatch(made.path)
    for host in made.hosts:
        assert HOST.fullmatch(host.rsplit(":", 1)[0] if not host.endswith("]") else host)


@pytest.mark.parametrize("token", ["", "short", "a" * (SHORTEST_TOKEN - 1), "with a line\nof its own", "\udcff" * 20])
def test_a_token_that_is_too_short_or_none_is_refused_without_saying_it(token):
    with pytest.raises(UserError, match="at least 16 characters") as refused:
        door(token, "127.0.0.1", 8222)
    assert not token or token not in str(refused.value)


def test_a_new_token_is_long_enough_and_another_each_time():
    made = {new_token() for _ in range(50)}
    assert len(made) == 50
    assert min(map(len, made)) >= 32


def test_neither_the_cookie_nor_the_word_tells_the_token_or_each_other():
    made = door(TOKEN, "127.0.0.1", 8222)
    assert made.passed != made.word
    assert TOKEN not in made.passed + made.word + made.cookie
    assert TOKEN not in repr(made)
    assert made.start not in repr(made)


def test_a_desk_that_is_started_again_forgets_who_came_in():
    first, second = door(TOKEN, "127.0.0.1", 8222), door(TOKEN, "127.0.0.1", 8222)
    assert first.opens(TOKEN)
    assert second.opens(TOKEN)
    assert not second.knows(first.passed)
    assert not second.gave(first.word)


def test_two_desks_of_one_machine_have_cookies_of_their_own():
    assert door(TOKEN, "127.0.0.1", 8222).cookie != door(TOKEN, "127.0.0.1", 8223).cookie


@given(st.text(st.characters(), max_size=80))
def test_nothing_but_the_token_opens_and_nothing_is_a_fault(tried):
    made = door(TOKEN, "127.0.0.1", 8222)
    assert made.opens(tried) == (tried == TOKEN)
    assert not made.knows(tried)
    assert not made.gave(tried)


def test_too_many_guesses_make_tokens_wait_and_time_passes():
    clock = SimulatedClock(START)
    guesses = Guesses(clock)
    for _ in range(MOST_WRONG):
        assert not guesses.are_too_many()
        guesses.count()
    assert guesses.are_too_many()
    clock.wait(WITHIN - 1)
    assert guesses.are_too_many()
    clock.wait(1)
    assert not guesses.are_too_many()


def test_a_wrong_token_now_and_then_is_no_guessing():
    clock = SimulatedClock(START)
    guesses = Guesses(clock)
    for _ in range(5 * MOST_WRONG):
        guesses.count()
        clock.wait(WITHIN / (MOST_WRONG - 1))
        assert not guesses.are_too_many()
