"""What of a config decides survives being written down."""

from dataclasses import replace
from pathlib import Path

from bot.config import as_written, default_config, fingerprint, read, written
from bot.judging.rules import Minimum

FULL = """
profiles: [{name: home, platform: mastodon, server: "https://social.example"}]
store: secret-place.sqlite
trust: {keep: [ann@example.com], within: 30d}
words: {promo_words: [bargain]}
links: {shorteners: [go.example.com]}
window: 30d
rules:
  - name: loud
    quota: 10/day
    then: mute
    unless: {reply_share: {at_least: 0.5}}
  - name: dropper
    when: {own_posts: {at_least: 40}, link_share: {at_least: 0.9}}
    only: {platforms: [mastodon]}
    evidence: {own_posts: 5}
    then: list
    mode: shadow
"""


def test_what_decides_is_the_same_after_it_was_written_down():
    config = read(FULL, Path("config.yaml"))
    other = default_config()
    back = as_written(written(config), other)
    assert fingerprint(back) == back.fingerprint == config.fingerprint != other.fingerprint
    assert back.rules == config.rules
    assert back.trust == config.trust
    assert back.profiles == other.profiles


def test_nothing_is_written_down_that_does_not_decide():
    text = written(read(FULL, Path("config.yaml")))
    assert "secret-place" not in text
    assert "social.example" not in text


def test_what_a_newer_version_wrote_is_left_out():
    config = default_config()
    text = written(replace(config, minimum=Minimum(own_posts=7))).replace('"own_posts": 7', '"own_posts": 7, "new": 1')
    assert as_written(text, config).minimum.own_posts == 7
