"""What people type into the first questions is understood, or told what is wrong with it."""

import pytest

from bot.cli import typed
from bot.errors import UserError


@pytest.mark.parametrize(
    ("understand", "text", "value"),
    [
        (typed.network, "Mastodon", "mastodon"),
        (typed.network, " BLUESKY ", "bluesky"),
        (typed.network, "mastodn", "mastodon"),
        (typed.network, "bsky", "bluesky"),
        (typed.server, "mastodon.example", "https://mastodon.example"),
        (typed.server, "https://mastodon.example/", "https://mastodon.example"),
        (typed.server, "@me@mastodon.example", "https://mastodon.example"),
        (typed.server, "me@Mastodon.Example", "https://mastodon.example"),
        (typed.server, "https://mastodon.example/@me", "https://mastodon.example"),
        (typed.server, "HTTPS://Mastodon.Example/explore/links", "https://mastodon.example"),
        (typed.server, "Mastodon.Example", "https://mastodon.example"),
        (typed.server, "mastodon.example/@me", "https://mastodon.example"),
        (typed.server, "http://127.0.0.1:3000/@me", "http://127.0.0.1:3000"),
        (typed.server, "http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        (typed.server, "http://localhost:3000", "http://localhost:3000"),
        (typed.server, "http://[::1]:3000", "http://[::1]:3000"),
        (typed.bluesky_handle, "robin", "robin.bsky.social"),
        (typed.bluesky_handle, "@Robin.example.org", "robin.example.org"),
        (typed.bluesky_handle, "https://bsky.app/profile/robin.example.org", "robin.example.org"),
        (typed.bluesky_handle, "did:plc:abc", "did:plc:abc"),
        (typed.time_of_day, "8", "08:00"),
        (typed.time_of_day, "8:30", "08:30"),
        (typed.time_of_day, "12 am", "00:00"),
        (typed.time_of_day, "20h", "20:00"),
        (typed.time_of_day, "noon", "12:00"),
    ],
)
def test_what_is_typed_is_understood(understand, text, value):
    assert understand(text) == value


@pytest.mark.parametrize(
    ("understand", "text", "said"),
    [
        (typed.network, "myspace", "neither mastodon nor bluesky"),
        (typed.server, "http://mastodon.example", "not encrypted"),
        (typed.server, "two words", "is not an address"),
        (typed.server, "me", "no whole address"),
        (typed.server, "https://me:secret@mastodon.example", "user name or password"),
        (typed.bluesky_handle, "robin@mastodon.example", "no Bluesky handle"),
        (typed.bluesky_handle, "two words", "no Bluesky handle"),
        (typed.time_of_day, "at dawn", "no time of day"),
        (typed.time_of_day, "25:00", "no time of day"),
        (typed.time_of_day, "13 pm", "no time of day"),
    ],
)
def test_what_cannot_be_understood_is_told_with_what_is_allowed(understand, text, said):
    with pytest.raises(UserError, match=said) as caught:
        understand(text)
    assert "secret" not in str(caught.value)
