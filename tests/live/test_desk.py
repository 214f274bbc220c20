"""The desk in a browser: every page at every width, by keyboard and without script, and whom it refuses."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import cycle
from pathlib import Path
from typing import get_args
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Locator, Page

from bot.cli import demo, main
from bot.config import load
from bot.demo import world
from bot.desk.pages import PAGES, WRITES
from bot.platforms.network import Network
from bot.service import daily
from bot.store import FeedbackKind, open_store
from tests.live.browser import (
    ELSEWHERE,
    SCHEMES,
    TOKEN,
    WIDTHS,
    Elsewhere,
    Look,
    Served,
    chromium,
    come_in,
    desk,
    environment,
    playground,
)
from tests.live.daemon import PROGRAM
from tests.live.reverse_proxy import ReverseProxy
from tests.servers.postgres import free_port

pytestmark = pytest.mark.live

SHOWN = "growthhive@market.test"
"""An account on which the demo's rules agree."""
SHOWN_ID = world.build(demo.START).account(SHOWN).id
LINE = "      link_share: {at_least: 0.85}"
"""Of the config: the first bound of links, which is the self-promoter's."""
MOVED = "      link_share: {at_least: 0.99}"
MOVE = "self-promoter|when|link_share|at_least|0.99"
BOUND = "self-promoter|when|own_posts|at_least"
MUTED_BY_IT_ALONE = {"max.sells@brand.test", "whitepapers@brand.test", "webinars@market.test"}
TURNED = """() => [...document.querySelectorAll("#outcome .turned a")]
    .map(link => new URL(link.href).searchParams.get("id")).sort().join(" ")"""
"""The ids of the accounts that fare otherwise by what was moved."""
DAY = date(2026, 1, 2)
"""Of a report that was made."""
QUERIES = {
    "account": {"id": SHOWN_ID},
    "change": {"move": MOVE},
    "effect": {"move": MOVE},
    "back": {"backup": "config.yaml.bak"},
    "day": {"date": DAY.isoformat()},
}
"""What a page has to be asked that the menu does not name."""
PARTS = {"moved"}
"""Keys of what only ever comes into another page."""
KEYS = [page.key for page in PAGES if page.key not in PARTS]
HOSTILE = (
    "</title></script><script>document.title='broken'</script>",
    '"><img src=x onerror="document.title=\'broken\'">',
    "' autofocus onfocus='document.title=`broken`' x='",
    "{{ 7 * 7 }} <b>bold</b> &lt;i&gt;",
    "\u202egnitekram\u202c \u2066turned",
    "Z" + "\u0335" * 200,
    "W" * 300,
)
REACHABLE = """() => {
    const kinds = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    const found = [...document.querySelectorAll(kinds)].filter(one => one.checkVisibility() && !one.disabled
        && one.tabIndex >= 0 && !(one.type == "radio" && !one.checked));
    return found.map((one, at) => one.dataset.at = `${at}`);
}"""
"""Numbers what the keyboard has to reach, and tells the numbers."""
FOCUSED = """() => {
    const one = document.activeElement, parts = [one, ...one.querySelectorAll("*")];
    if (one.type == "date")  // to come to it anew is to begin at its first part again
        return [one.dataset.at, getComputedStyle(one).outlineStyle != "none"];
    const drawn = () => JSON.stringify(parts.map(part => {
        const style = getComputedStyle(part);
        return [style.outlineStyle, style.outlineColor, style.boxShadow, style.stroke, style.strokeWidth];
    }));
    const now = drawn();
    one.blur();
    const before = drawn();
    one.focus();
    return [one.dataset.at, one.getBoundingClientRect().width > 0 && now != before];
}"""
"""The number of what has the focus, and whether that shows."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all tests."""
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `quietfeed demo --keep` leaves; nothing is changed in it."""
    return lived_in(playground(tmp_path_factory.mktemp("desk") / "playground"))


def lived_in(folder: Path) -> Path:
    """As if a bound had been moved there before, and a report been made."""
    text = (folder / "config.yaml").read_text("utf-8")
    assert LINE in text
    (folder / "config.yaml.bak").write_text(text.replace(LINE, MOVED, 1), "utf-8")
    config = load(folder / "config.yaml")
    with closing(open_store(str(folder / "quietfeed.sqlite"), exclusive=False)) as store:
        daily.kept_or_planned(config.profiles[0], store, config, DAY, datetime.now(UTC))
    return folder


@pytest.fixture(scope="module")
def served(folder: Path, browser: Browser) -> Iterator[Served]:
    """A desk to look at, and to change nothing."""
    with desk(folder) as one:
        yield one


@pytest.fixture
def own(folder: Path, tmp_path: Path, browser: Browser) -> Iterator[Served]:
    """A desk of the test's own, to change things."""
    with desk(Path(shutil.copytree(folder, tmp_path / "playground"))) as one:
        yield one


@pytest.fixture(scope="module")
def looks(browser: Browser, served: Served) -> Iterator[Callable[[int, str], Look]]:
    """A page of that width and scheme, made once for each."""
    made: dict[tuple[int, str], Look] = {}
    with ExitStack() as stack:

        def look(width: int, scheme: str) -> Look:
            if (width, scheme) not in made:
                context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
                made[width, scheme] = come_in(stack.enter_context(context), served)
            return made[width, scheme]

        yield look


@pytest.fixture
def look(browser: Browser, served: Served) -> Iterator[Look]:
    """A page of the desk that changes nothing."""
    with browser.new_context() as context:
        yield come_in(context, served)


@pytest.fixture
def mine(browser: Browser, own: Served) -> Iterator[Look]:
    """A page of the desk of the test's own."""
    with browser.new_context() as context:
        yield come_in(context, own)


def path_of(key: str) -> str:
    """The address of a page, with what it has to be asked."""
    path = next(one.path for one in PAGES if one.key == key)
    return path + (f"?{urlencode(QUERIES[key])}" if key in QUERIES else "")


# What everybody sees


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("key", KEYS)
def test_a_page_opens_without_a_fault_and_keeps_nobody_out(
    looks: Callable[[int, str], Look], key: str, width: int, scheme: str
) -> None:
    look = looks(width, scheme)
    look.wrong.clear()
    page = look.open(path_of(key))
    assert page.locator("h1").count() == 1
    assert look.overhang() <= 0
    look.good()
    assert look.grave_faults() == []


@pytest.mark.parametrize("key", KEYS)
def test_a_page_can_be_read_without_script(browser: Browser, served: Served, look: Look, key: str) -> None:
    """What would come by itself is behind a link."""
    page = look.open(path_of(key))
    opening, words = page.locator("h1").inner_text(), page.locator("main").inner_text()
    with browser.new_context(java_script_enabled=False) as context:
        bare = come_in(context, served)
        page = bare.open(path_of(key))
        assert page.locator("h1").inner_text() == opening
        assert len(page.locator("main").inner_text()) > len(words) / 3
        linked = {link.get_attribute("href") for link in page.locator("main a").all()}
        assert {part.get_attribute("hx-get") for part in page.locator("[hx-get][hx-trigger^=load]").all()} <= linked
        bare.good()


@pytest.mark.parametrize("key", KEYS)
def test_the_keyboard_alone_reaches_everything_in_its_order_and_shows_where_it_is(look: Look, key: str) -> None:
    page = look.open(path_of(key))
    wanted = page.evaluate(REACHABLE)
    reached: list[str] = []
    hidden = []
    while len(reached) < len(wanted):
        page.keyboard.press("Tab")
        at, shown = page.evaluate(FOCUSED)
        if reached[-1:] == [at] and page.evaluate("document.activeElement.type") == "date":
            continue  # which the browser goes through part by part
        reached.append(at)
        hidden += [] if shown else [page.evaluate("document.activeElement.outerHTML.slice(0, 200)")]
    assert reached == wanted
    assert hidden == []


def test_enter_skips_the_menu_and_follows_a_link(look: Look) -> None:
    page = look.open("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.locator("nav[aria-label=Pages] a").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(look.home + [one for one in PAGES if one.menu][-1].path)


# Whom it refuses


def test_nobody_comes_in_without_the_token(browser: Browser, served: Served) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        for path in ("/", "/desk.css", "/?token=", "/?token=another-token-than-that-one"):
            got = page.goto(served.address + path)
            assert got is not None
            assert got.status == 401
        assert context.cookies() == []


def test_the_token_is_gone_from_the_address_and_the_cookie_is_out_of_reach(browser: Browser, served: Served) -> None:
    with browser.new_context() as context:
        look = come_in(context, served)
        assert TOKEN not in look.page.url
        assert TOKEN not in look.page.evaluate("JSON.stringify(performance.getEntriesByType('navigation'))")
        assert look.page.evaluate("document.cookie") == ""
        (cookie,) = context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")
        assert TOKEN not in cookie["value"]


def test_a_link_of_another_site_does_not_show_who_follows_it_the_desk(browser: Browser, served: Served) -> None:
    """Who has the token in the link comes in all the same."""
    link = f'<a id="bare" href="{served.address}/">desk</a> <a id="whole" href="{served.entry}">desk</a>'
    with browser.new_context() as context, Elsewhere({"/": link}) as there:
        page = come_in(context, served).page
        page.goto(f"http://localhost:{there.port}/")
        page.click("#bare")
        assert "its owner's alone" in page.inner_text("body")
        page.goto(f"http://localhost:{there.port}/")
        page.click("#whole")
        page.wait_for_url(f"{served.address}/")
        assert page.locator("nav[aria-label=Pages]").count() == 1


def test_another_name_that_leads_here_is_refused(browser: Browser, served: Served) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        got = page.goto(f"http://{ELSEWHERE}:{served.port}/?token={TOKEN}")
        assert got is not None
        assert got.status == 421
        assert context.cookies() == []


STRANGER = """
<iframe id="framed" src="{desk}/"></iframe>
<script>
const told = {{}};
const ask = (name, path, options) => fetch("{desk}" + path, {{credentials: "include", ...options}})
    .then(got => told[name] = got.type == "opaque" ? "unseen" : "seen", () => told[name] = "refused");
Promise.all([
    ask("read", "/"), ask("unseen", "/", {{mode: "no-cors"}}), ask("write", "/keep", {{method: "POST"}}),
    ask("delete", "/keep", {{method: "DELETE"}}), ask("script", "/desk.js"),
]).then(() => window.told = told);
</script>
"""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_page_of_another_origin_reads_and_frames_nothing(browser: Browser, served: Served, host: str) -> None:
    """Neither of this host, whose cookies it shares, nor of another."""
    with browser.new_context() as context, Elsewhere({"/": STRANGER.format(desk=served.address)}) as there:
        come_in(context, served)
        page = context.new_page()
        page.goto(f"http://{host}:{there.port}/")
        page.wait_for_function("window.told")
        assert set(page.evaluate("Object.values(window.told)")) == {"refused"}
        assert [one for frame in page.frames[1:] for one in frame.locator("nav, main").all()] == []


FORM = """<form method="post" action="{action}"><input name="word" value="{word}"><input name="id" value="{account}">
<input name="opinion" value="noise"><input name="mark" value="{mark}"><button>Look at kittens</button></form>"""


def ways_to_write() -> list[str]:
    """The address of every write, with what it may be asked."""
    return [f"{write.path}?{urlencode(QUERIES['change'] | QUERIES['back'])}" for write in WRITES]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_form_of_another_origin_is_refused_though_it_knows_the_word(browser: Browser, own: Served, host: str) -> None:
    before = all_that_is_kept(own.folder)
    with browser.new_context() as context, Elsewhere({}) as there:
        page = come_in(context, own).open(path_of("account"))
        word = page.locator("input[name=word]").first.input_value()
        for action in ways_to_write():
            there.pages["/"] = FORM.format(action=own.address + action, word=word, account=SHOWN_ID, mark="")
            page.goto(f"http://{host}:{there.port}/")
            with page.expect_navigation() as went:
                page.click("button")
            assert (went.value and went.value.status) == 403
    assert all_that_is_kept(own.folder) == before


def test_a_form_without_the_word_is_refused(mine: Look, own: Served) -> None:
    before = all_that_is_kept(own.folder)
    for action in ways_to_write():
        page = mine.open(path_of("account"))
        page.locator("input[name=word]").first.evaluate(
            "(one, action) => { one.value = '0'.repeat(64); one.form.action = action }", action
        )
        mine.expected.add(403)
        with page.expect_navigation() as went:
            page.locator("input[name=word]").first.evaluate("one => one.form.submit()")
        assert (went.value and went.value.status) == 403
    assert all_that_is_kept(own.folder) == before


def all_that_is_kept(folder: Path) -> tuple[str, dict[str, str]]:
    """The config, and the owner's words."""
    with closing(open_store(str(folder / "quietfeed.sqlite"), exclusive=False)) as store:
        kinds = {kind: ", ".join(sorted(store.feedback("demo", kind))) for kind in get_args(FeedbackKind)}
    return (folder / "config.yaml").read_text("utf-8"), kinds


def test_others_are_not_listened_to_without_a_word(folder: Path) -> None:
    """Nothing but this machine is, unless it is said by which address browsers come."""
    words = [*PROGRAM, "desk", "--port", "0", "--host", "0.0.0.0"]
    done = subprocess.run(words, cwd=folder, env=environment(folder), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--base-url" in done.stderr


# What can be done there


def test_an_account_is_kept_and_let_go_by_keyboard(mine: Look, own: Served) -> None:
    page = mine.open(path_of("account"))
    press(page, "Keep it")
    assert "Kept" in page.get_by_role("status").inner_text()
    assert SHOWN_ID in all_that_is_kept(own.folder)[1]["keep"]
    press(page, "Keep it no longer")
    assert SHOWN_ID not in all_that_is_kept(own.folder)[1]["keep"]
    assert page.get_by_role("button", name="Keep it", exact=True).is_visible()
    mine.good()


def press(page: Page, button: str) -> None:
    """Go to the button and press it, by keyboard; what comes of it is there afterwards."""
    page.get_by_role("button", name=button, exact=True).focus()
    with page.expect_event("load"):  # to change the address alone is no page
        page.keyboard.press("Enter")


def own_posts(folder: Path) -> dict[str, float]:
    """How many posts each account has that fares otherwise without the rule of BOUND, by account id. The others that it
    finds, another rule would mute as well."""
    with closing(open_store(str(folder / "quietfeed.sqlite"), exclusive=False)) as store:
        judged = store.latest_judged("demo").values()
    return {one.account.id: one.readings["own_posts"] for one in judged if one.account.handle in MUTED_BY_IT_ALONE}


def sliders(page: Page) -> tuple[Locator, Locator]:
    """The slider of BOUND and the number beside it, on the page of the rules."""
    number = page.locator(f'input[name="{BOUND}"]')
    slider = page.locator(f'input[type=range][data-of="{number.get_attribute("id")}"]')
    if not number.is_visible():
        page.locator("article", has=number).locator("summary").click()
    return slider, number


def test_a_bound_is_dragged_and_the_right_accounts_change(mine: Look, own: Served) -> None:
    """At each place those who have fewer posts than the bound asks for. What the last place comes to is kept."""
    posts, config = own_posts(own.folder), own.folder / "config.yaml"
    before = config.read_text("utf-8")
    page = mine.open("/rules")
    slider, number = sliders(page)
    most, many = float(slider.get_attribute("max") or 0), set()
    assert set(posts.values()) == {64, 70}
    for share in (0.99, 30 / most, 67 / most):
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box
        at, middle = float(slider.input_value()) / most, box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + 8 + at * (box["width"] - 16), middle)
        page.mouse.down()
        page.mouse.move(box["x"] + 8 + share * (box["width"] - 16), middle, steps=10)
        page.mouse.up()
        bound = float(number.input_value())
        assert bound == pytest.approx(share * most, abs=most / 30)
        turned = sorted(key for key, has in posts.items() if has < bound)
        page.wait_for_function(f"turned => ({TURNED})() == turned", arg=" ".join(turned))
        many.add(len(turned))
    assert many == {0, 1, 3}
    assert config.read_text("utf-8") == before
    page.locator("#outcome").get_by_role("link", name="Keep this change").click()
    mine.settled()
    press(page, "Keep this change")
    rule = "- name: self-promoter\n    when:\n      own_posts: {at_least: "
    assert config.read_text("utf-8") == before.replace(f"{rule}50}}", f"{rule}{bound:g}}}")
    mine.good()


def test_a_bound_is_moved_by_keys(look: Look, folder: Path) -> None:
    page = look.open("/rules")
    slider, number = sliders(page)
    slider.focus()
    page.keyboard.press("End")
    bound = float(number.input_value())
    turned = sorted(key for key, has in own_posts(folder).items() if has < bound)
    assert turned
    page.wait_for_function(f"turned => ({TURNED})() == turned", arg=" ".join(turned))
    look.good()


def test_a_bound_is_moved_without_script(browser: Browser, served: Served, folder: Path) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        look = come_in(context, served)
        page = look.open("/rules")
        _, number = sliders(page)
        number.fill("1000")
        page.locator("article", has=number).get_by_role("button", name="See what changes").click()
        links = [link.get_attribute("href") or "" for link in page.locator("#outcome .turned a").all()]
        assert sorted(link.partition("id=")[2] for link in links) == sorted(own_posts(folder))
        look.good()


def test_a_change_is_kept_in_the_file_and_put_back(mine: Look, own: Served) -> None:
    config = own.folder / "config.yaml"
    before = config.read_bytes()
    page = mine.open(path_of("change"))
    assert page.locator("del").inner_text().endswith(LINE.strip())
    assert page.locator("ins").inner_text().endswith(MOVED.strip())
    assert config.read_bytes() == before
    press(page, "Keep this change")
    assert config.read_bytes() == before.replace(LINE.encode(), MOVED.encode(), 1)
    page.get_by_role("link", name="Put it back as it was").click()
    mine.settled()
    press(page, "Put it back as it was")
    assert config.read_bytes() == before
    mine.good()


def test_a_change_of_a_file_that_was_changed_meanwhile_is_shown_anew(mine: Look, own: Served) -> None:
    config = own.folder / "config.yaml"
    page = mine.open(path_of("change"))
    meanwhile = config.read_text("utf-8") + "\n# a word of the owner's\n"
    config.write_text(meanwhile, "utf-8")
    press(page, "Keep this change")
    assert "changed meanwhile" in page.get_by_role("status").first.inner_text()
    assert config.read_text("utf-8") == meanwhile
    press(page, "Keep this change")
    assert config.read_text("utf-8") == meanwhile.replace(LINE, MOVED, 1)


def test_accounts_are_reviewed_by_keys_alone(mine: Look, own: Served) -> None:
    page = mine.open("/review")
    asked = []
    for key in "nfksb":
        asked.append(page.locator("#asked").inner_text())
        with page.expect_event("load"):
            page.keyboard.press(key)
        mine.settled()
        assert page.evaluate("document.activeElement.id") == "asked"
    assert len(set(asked)) == 5
    assert page.locator("#asked").inner_text() == asked[3], "the last word was taken back"
    kinds = all_that_is_kept(own.folder)[1]
    assert [len(kinds[kind].split()) for kind in ("noise", "fine", "keep")] == [1, 1, 1]
    mine.good()


# What strangers are called


@contextmanager
def in_hostile_company() -> Iterator[None]:
    """The demo's people have hostile names, handles, addresses and words."""

    def build(start, **more):
        return turned_hostile(world.build(start, **more))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "build", build)
        patch.setattr(demo, "EVERY", 2 * demo.EVERY)
        yield


def turned_hostile(network: Network) -> Network:
    words = cycle(HOSTILE)
    for key, account in network.accounts.items():
        name, _, host = account.handle.partition("@")
        handle = (
            account.handle if account.handle == SHOWN or host == "quiet.example" else f"{name}{next(words)[:60]}@{host}"
        )
        network.accounts[key] = replace(
            account, handle=handle, display_name=next(words), bio=next(words), url="javascript:document.title='broken'"
        )
    for shelf in (network._posts, *network._feeds.values()):
        shelf[:] = [
            (at, number, replace(post, text=f"{next(words)} {post.text}", url=f"javascript:document.title='{post.id}'"))
            for at, number, post in shelf
        ]
    return network


@pytest.fixture(scope="module")
def among_the_hostile(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Look]:
    folder = tmp_path_factory.mktemp("hostile") / "playground"
    with in_hostile_company():
        assert main(["demo", "--keep", str(folder)]) == 0
    with desk(lived_in(folder)) as served, browser.new_context(viewport={"width": 360, "height": 800}) as context:
        yield come_in(context, served)


@pytest.mark.parametrize("key", KEYS)
def test_whatever_strangers_are_called_stays_text(among_the_hostile: Look, key: str) -> None:
    look = among_the_hostile
    look.wrong.clear()
    page = look.open(path_of(key))
    assert "broken" not in page.title()
    assert page.locator("img, iframe, object, embed, [onerror], [onfocus], #main script").count() == 0
    assert page.locator("[href^='javascript:' i]").count() == 0
    assert "\u202e" not in page.content()
    assert look.overhang() <= 0
    look.good()


# Behind a reverse proxy


@pytest.mark.parametrize("takes_off", [False, True], ids=["path stays", "path taken off"])
@pytest.mark.parametrize("passes_host", [False, True], ids=["host told", "host passed on"])
def test_behind_a_proxy_every_address_leads_through_it(
    folder: Path, browser: Browser, takes_off: bool, passes_host: bool
) -> None:
    words = [] if passes_host else ["--trust-proxy"]
    with ReverseProxy("/quietfeed", takes_off=takes_off, passes_host=passes_host) as proxy:
        proxy.target = free_port()
        address = ["--port", str(proxy.target), "--base-url", proxy.address]
        with desk(folder, *address, *words) as behind, browser.new_context() as context:
            look = come_in(context, behind)
            assert look.home == proxy.address
            for key in KEYS:
                page = look.open(path_of(key))
                assert page.locator("h1").count() == 1
                assert addresses_beside(page) == []
            assert proxy.lost == []
            look.good()


def addresses_beside(page: Page) -> list[str]:
    """Addresses on a page, whatever asks for them, that would miss the path of the proxy."""
    return page.evaluate(
        """() => ['href', 'src', 'action', 'formaction', 'hx-get', 'hx-post'].flatMap(name =>
            [...document.querySelectorAll(`[${name}]`)].map(one => one.getAttribute(name)))
            .filter(one => one.startsWith('/') && !one.startsWith('/quietfeed/'))"""
    )
