"""Where an address leads, in one spelling: trackers, shims, AMP, fragments, names of hosts."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.urls import ascii_host, clean, domain, host, same, shortened
from bot.urls.cleaning import put_together_anew
from bot.urls.lists import bundled

SHIMS = [
    "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2Fa%3Ffbclid%3Dx&h=AT0",
    "https://lm.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2Fa",
    "https://l.instagram.com/?u=https%3A%2F%2Fexample.com%2Fa&e=AT1",
    "https://l.threads.com/?u=https%3A%2F%2Fexample.com%2Fa%3Futm_source%3Dthreads",
    "https://l.threads.net/?u=https%3A%2F%2Fexample.com%2Fa",
    "https://www.google.com/url?q=https://example.com/a&sa=D&usg=x",
    "https://www.google.co.uk/url?sa=t&url=https%3A%2F%2Fexample.com%2Fa",
    "https://www.google.com/amp/s/example.com/a",
    "https://www.google.de/amp/s/amp.example.com/a/amp/",
    "https://www-example-com.cdn.ampproject.org/c/s/example.com/a",
    "https://href.li/?https://example.com/a",
    "https://out.reddit.com/t3_abc?url=https%3A%2F%2Fexample.com%2Fa&token=x&app_name=y",
    "https://t.umblr.com/redirect?z=https%3A%2F%2Fexample.com%2Fa&t=MzA&b=t",
    "https://www.youtube.com/redirect?event=video_description&q=https%3A%2F%2Fexample.com%2Fa",
    "https://vk.com/away.php?to=https%3A%2F%2Fexample.com%2Fa",
    "https://steamcommunity.com/linkfilter/?url=https://example.com/a",
    "https://slack-redir.net/link?url=https%3A%2F%2Fexample.com%2Fa",
    "https://www.linkedin.com/redir/redirect?url=https%3A%2F%2Fexample.com%2Fa&urlhash=x",
    "https://duckduckgo.com/l/?uddg=https%3A%2F%2Fexample.com%2Fa&rut=x",
    "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.com%2Fa&data=05",
    "https://translate.google.com/translate?sl=de&u=https://example.com/a",
    "https://fed.brid.gy/r/https:/example.com/a",
    "https://l.facebook.com/l.php?u=https%3A%2F%2Fl.instagram.com%2F%3Fu%3Dhttps%253A%252F%252Fexample.com%252Fa",
]


@pytest.mark.parametrize("shim", SHIMS)
def test_a_shim_leads_to_its_target(shim: str) -> None:
    assert clean(shim) == "https://example.com/a"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.google.com/search?q=https",
        "https://www.google.com/url?q=kittens",
        "https://google.example.org/url?q=https%3A%2F%2Fexample.com",
        "https://l.facebook.com/l.php?u=javascript%3Aalert",
        "https://www.facebook.com/ann/posts/1",
        "https://href.li/about",
        "https://example.com/redirect?url=https%3A%2F%2Fexample.org",
        "https://web.archive.org/web/2020/https://example.com/a",
    ],
)
def test_what_only_looks_like_a_shim_stays(url: str) -> None:
    assert clean(url) == url


def test_shims_inside_shims_are_followed_to_a_bounded_depth() -> None:
    url = "https://example.com/a"
    for _ in range(9):
        url = f"https://href.li/?{url}"
    assert host(clean(url) or "") == "href.li"


@pytest.mark.parametrize(
    ("url", "cleaned"),
    [
        ("https://example.com/x?utm_source=m&id=3&fbclid=q", "https://example.com/x?id=3"),
        ("https://example.com/x#utm_source=m&utm_medium=social", "https://example.com/x"),
        ("https://example.com/x#xtor=RSS-1", "https://example.com/x"),
        ("https://example.com/x#at_medium=rss", "https://example.com/x"),
        ("https://example.com/x#?utm_source=m", "https://example.com/x"),
        ("https://example.com/x#:~:text=a%20word", "https://example.com/x"),
        ("https://example.com/x#section-3:~:text=a", "https://example.com/x#section-3"),
        ("https://example.com/x#section-3", "https://example.com/x#section-3"),
        ("https://example.com/#/route", "https://example.com/#/route"),
        ("https://example.com/#!/route?utm_source=m&id=3", "https://example.com/#!/route?id=3"),
        ("https://example.com/x#", "https://example.com/x"),
        ("https://example.com/story/amp/", "https://example.com/story"),
        ("https://example.com/story?amp=1", "https://example.com/story"),
        ("https://amp.example.com/story", "https://example.com/story"),
        ("https://example.com/amp", "https://example.com/amp"),
        ("https://amp.example/story", "https://amp.example/story"),
        ("HTTPS://Example.COM:443/X", "https://example.com/X"),
        ("http://example.com:8080/x", "http://example.com:8080/x"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/ä"),
        ("https://XN--BCHER-KVA.example/ä", "https://xn--bcher-kva.example/ä"),
        ("https://bücher。example/a", "https://xn--bcher-kva.example/a"),
        ("https://example.com./a", "https://example.com/a"),
    ],
)
def test_an_address_is_brought_into_one_spelling(url: str, cleaned: str) -> None:
    assert clean(url) == cleaned


@pytest.mark.parametrize("url", ["", "mailto:a@example.com", "javascript:x", "https://", "https://[x", "ftp://a.test"])
def test_what_is_no_address_on_the_web_is_none(url: str) -> None:
    assert clean(url) is None


@given(st.text(st.characters(exclude_categories=[]), max_size=60))
@example("a\ud800")
def test_cleaning_never_fails_and_changes_nothing_twice(text: str) -> None:
    for url in (text, f"https://{text}", f"https://example.com/{text}", f"https://example.com/?{text}"):
        once = clean(url)
        assert once is None or clean(once) is not None


@pytest.mark.parametrize(
    ("name", "ascii_name"),
    [
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("example.com", "example.com"),
    ],
)
def test_a_host_is_one_in_both_spellings(name: str, ascii_name: str) -> None:
    assert ascii_host(name) == ascii_name
    assert host(f"https://www.{name}/a") == host(f"http://{ascii_name}") == ascii_name
    assert domain(f"https://a.{name}/") == domain(f"https://b.{ascii_name}/")


def test_spellings_of_one_address_are_the_same() -> None:
    assert same("https://www.example.com/a/") == same("http://example.com/a")
    assert same("https://youtu.be/dQabc") == same("https://www.youtube.com/watch?v=dQabc")
    assert same("https://example.com/a#section-1") != same("https://example.com/a#section-2")


def test_a_shortener_hides_the_domain() -> None:
    assert shortened("https://bit.ly/x")
    assert domain("https://bit.ly/x") is None
    assert domain("https://blog.example.co.uk/x") == "example.co.uk"


def test_what_shortens_the_addresses_of_one_site_hides_the_page_and_not_the_domain() -> None:
    assert not shortened("https://nyti.ms/x")
    assert domain("https://nyti.ms/x") == domain("https://www.nytimes.com/a") == "nytimes.com"
    assert domain("https://youtu.be/x") == "youtube.com"


SCHEMES = ["https://", "http://", "HTTPS://", "https:/", ""]
HOSTS = [
    "a.test",
    "www.b-c.test",
    "amp.a.test",
    "l.facebook.com",
    "www.google.de",
    "href.li",
    "a",
    "A.test",
    "1.2",
    "é.a",
]
TAILS = [
    "/", "//", "/a", "amp", "/amp", "/amp/", "s/", "url", "?", "#", "u=b", "https://c.test", ":443", ":", "%20", "%",
    "@", "~-_+;", "é", ".", " ", "\n", "[", "]", "&",
]  # fmt: skip


@given(
    st.builds(
        lambda scheme, host, tail: f"{scheme}{host}{''.join(tail)}",
        st.sampled_from(SCHEMES),
        st.sampled_from(HOSTS),
        st.lists(st.sampled_from(TAILS), max_size=6),
    )
    | st.sampled_from(SHIMS)
)
def test_an_address_that_is_in_its_one_spelling_is_told_quickly_and_as_if_it_were_not(url: str) -> None:
    assert clean.__wrapped__(url) == put_together_anew(url, bundled())
