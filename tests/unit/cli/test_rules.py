"""`quietfeed rules` tells what is in force, and where each rule comes from."""

import json

import pytest

from bot import __version__
from bot.cli import main
from bot.config import default_rules, read, shipped_rules

CONFIG = """\
profiles: [{name: home, platform: memory}]
strictness: strict
include: shared/town.yaml
rules:
  - use: shipped
  - use: feed mirror
    then: report
    when: {link_share: {at_least: 0.97}, group: {at_most: 0}}
  - remove: teaser feed
  - {name: ten a day, quota: 10/day, then: mute}
  - {name: mine, when: {link_share: {at_least: 0.99}}, mode: shadow, then: list}
"""
SHIPPED = f"quietfeed {__version__} (strict)"
TOWN = "rules:\n  - {name: town crier, when: {link_share: {at_least: 0.9}}, then: mute, for: 2d}\n"


@pytest.fixture
def said(tmp_path, monkeypatch, capsys):
    """What `quietfeed rules …` prints beside that config."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    monkeypatch.delenv("QUIETFEED_CONFIG", raising=False)
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "town.yaml").write_text(TOWN)

    def run(*words):
        code = main(["rules", *words])
        out, err = capsys.readouterr()
        return code, out + err

    return run


@pytest.mark.parametrize(
    "line",
    [
        f"config.yaml: 18 rules, 15 of them shipped with {SHIPPED}. The first that fits decides.",
        "town crier\tmute for 2 days\tshared/town.yaml:2",
        "reply spammer\tmute for 30 days\tshipped",
        "feed mirror\treport\tshipped; changed in config.yaml:6: then, when link_share, when group",
        "ten a day\tmute until midnight, above 10 posts a day\tconfig.yaml:10",
        "mine\tlist for 30 days (only watches)\tconfig.yaml:11",
        "Shipped, and not used here: teaser feed.",
    ],
)
def test_each_rule_is_told_with_where_it_comes_from(said, line):
    code, out = said()
    assert code == 0
    assert line in out.splitlines()


def test_one_rule_is_told_in_full_beside_what_is_shipped(said):
    _, out = said("feed mirror")
    assert out.startswith(f"feed mirror: shipped with {SHIPPED}; changed in config.yaml:6: then")
    assert "      link_share: {at_least: 0.97}   # shipped: {at_least: 0.9}\n" in out
    assert "      group: {at_most: 0}   # shipped: nothing\n" in out
    assert "    then: report   # shipped: mute\n" in out
    assert "      top_domain_share: {at_least: 0.9}\n" in out


def test_an_own_rule_in_the_place_of_a_shipped_one_shows_what_is_gone(said, tmp_path):
    own = "  - {name: bare links, when: {link_share: {at_least: 1}}, then: list, for: 60d}\n"
    (tmp_path / "config.yaml").write_text("rules:\n  - use: shipped\n" + own)
    _, out = said("bare links")
    assert "bare links: config.yaml:3, in place of the rule of that name that is shipped" in out
    assert "      # shipped: shortener_share: {at_most: 0.5}\n" in out


@pytest.mark.parametrize("strictness", ["gentle", "standard", "strict"])
def test_what_is_written_out_is_read_as_the_same_rules(said, tmp_path, strictness):
    (tmp_path / "config.yaml").write_text(f"strictness: {strictness}\n")
    told = json.loads(said("--json")[1])
    texts = "\n".join(rule["text"] for rule in told["rules"])
    again = read(f"rules:\n{texts}\n", tmp_path / "again.yaml").rules
    assert [(r.name, r.when, r.unless, r.then, r.duration, r.minimum) for r in again] == [
        (r.name, r.when, r.unless, r.then, r.duration, r.minimum) for r in shipped_rules(strictness)
    ]


def test_programs_are_told_the_same(said):
    told = json.loads(said("--json")[1])
    by_name = {rule["name"]: rule for rule in told["rules"]}
    assert (told["version"], told["strictness"], told["left_out"]) == (__version__, "strict", ["teaser feed"])
    assert by_name["feed mirror"]["changes"] == [
        {"keys": ["then", "when link_share", "when group"], "place": "config.yaml:6"}
    ]
    assert (by_name["mine"]["shipped"], by_name["mine"]["place"]) == (False, "config.yaml:11")


def test_without_a_config_the_shipped_rules_are_told(said, tmp_path):
    (tmp_path / "config.yaml").unlink()
    _, out = said()
    assert out.startswith(f"No config yet, so these hold: {len(default_rules())} rules, shipped with quietfeed")
    assert "config.example" not in out


def test_an_unknown_name_is_refused(said):
    code, out = said("feed miror")
    assert code == 2
    assert "no rule “feed miror”" in out
    assert "did you mean 'feed mirror'?" in out
