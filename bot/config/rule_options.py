"""The options of a rule, and of the tests that stand in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from yaml.nodes import MappingNode, Node

from bot.config.faults import Faults
from bot.config.kinds import LINE, Choice, Duration, Flag, ListOf, Number, Quota, Text
from bot.config.sections import Key, Section, SignalBounds
from bot.config.types import IN_MEMORY, PLATFORMS
from bot.judging.made import Made
from bot.judging.rule_tests import RuleTest
from bot.judging.rules import Minimum, Mode, Only, Rule
from bot.model import Expect, Step
from bot.signals import BY_NAME

SHARE = Number(0, 1)
PLATFORM = Choice(PLATFORMS, unspoken=(IN_MEMORY,))
UNFOLLOWS = "quietfeed never unfollows, for that cannot be taken back without a trace: 'list' and 'mute' can"
STEP = Choice(
    tuple(Step),
    Step,
    never={
        "block": "quietfeed never blocks, for that cannot be taken back without a trace: the harshest step is 'mute'",
        "unfollow": UNFOLLOWS,
        "remove": UNFOLLOWS,
        "none": "a rule that does nothing can watch: `mode: shadow`",
        "hide": "what can be hidden are reposts: 'hide_reposts'",
    },
)
MOST_MADE = 2000
"""Posts of a made-up account; more are never read of a real one."""

MADE = Section(
    Made,
    (
        Key("posts", Number(0, MOST_MADE, whole=True), "posts"),
        Key("days", Number(1, 730, whole=True), "days"),
        Key("at_once", Number(1, 15, whole=True), "at_once"),
        Key("text", Text("the text of a post"), "text"),
        Key("links", SHARE, "links"),
        Key("media", SHARE, "media"),
        Key("replies", Number(0, MOST_MADE, whole=True), "replies"),
        Key("people", Number(1, MOST_MADE, whole=True), "people"),
        Key("reply", Text("the text of an answer"), "reply"),
        Key("reposts", Number(0, MOST_MADE, whole=True), "reposts"),
        Key("bot", Flag(), "bot"),
        Key("bio", Text("the text of a profile"), "bio"),
        Key("site", Text("an address such as https://shop.example"), "site"),
        Key("timeline_share", SHARE, "timeline_share"),
    ),
)


def _test(test: RuleTest) -> str | None:
    """What a test lacks."""
    if bool(test.account) == bool(test.made):
        found = "both `account:` and `made:`" if test.made else "neither `account:` nor `made:`"
        return f"{found}; allowed: one of them, a file of captured accounts or `made: {{posts: 60, links: 0.95}}`"
    return None


RULE_TEST = Section(
    RuleTest,
    (
        Key("says", LINE, "says", required=True),
        Key("expect", Choice(tuple(Expect), Expect), "expect", required=True),
        Key("account", Text("a file's path"), "account"),
        Key("made", MADE, "made"),
    ),
    check=_test,
)

MINIMUM_KEYS = (
    Key("own_posts", Number(0, 10_000, whole=True), "own_posts"),
    Key("days_seen", Number(0, 3650, whole=True), "days_seen"),
    Key("enough_posts", Number(1, 10_000, whole=True), "enough_posts"),
)


def rule_fault(rule: Rule) -> str | None:
    """What a rule lacks, or what does not go together in one."""
    if not rule.when and rule.quota is None:
        return "this rule has no bounds; allowed: `when:` with at least one signal, or `quota: 10/day`"
    if rule.quota is not None and rule.then is not Step.MUTE:
        return "a rule with a quota can only mute, until your midnight; allowed: `then: mute`"
    if rule.quota is not None and rule.tests:
        return "a quota counts what a day brings to your timeline, which no test can show: remove its `tests:`"
    return None


@dataclass(frozen=True)
class Change:
    """What a later file says of a rule of an earlier one, where it is no whole rule of its own."""

    name: str
    values: Mapping[str, Any]

    def of(self, earlier: Rule) -> Rule:
        """The earlier rule with these changes: bounds take the place of those of their signal; exceptions, evidence and
        tests are added to its own."""
        said = {field: value for field, value in self.values.items() if value is not None}
        joined = {
            "when": {**earlier.when, **said.get("when", {})},
            "unless": {**earlier.unless, **said.get("unless", {})},
            "minimum": {**(_named(earlier.minimum)), **_named(said.get("minimum"))} or None,
            "tests": (*earlier.tests, *said.get("tests", ())),
        }
        return replace(earlier, **{**said, **joined})


def _named(minimum: Any) -> dict[str, Any]:
    """What a rule's `evidence` names."""
    return dict(minimum) if isinstance(minimum, Mapping) else {}


@dataclass(frozen=True)
class Removal:
    """Takes a rule of an included file away."""

    name: str
    """That rule's."""
    remove: bool = True
    """Takes the rule of that name away which an included file has; nothing else stands beside it."""


REMOVAL = Section(
    Removal,
    (Key("name", LINE, "name", required=True), Key("remove", Flag(), "remove", required=True)),
    check=lambda said: None if said.remove else "`remove: false` removes nothing; allowed: `remove: true`",
)


@dataclass(frozen=True)
class RuleSection(Section):
    """A rule; or, where it does not say both `when:` and `then:`, nor `quota:`, a change of one of that name in an
    included file; or, with `remove: true`, that it is to go."""

    def read(self, node: Node, faults: Faults) -> Any:
        """A Rule, a Change, a Removal, or None where it cannot be read."""
        keys = {name.value for name, _ in node.value} if isinstance(node, MappingNode) else {"when"}
        if "remove" in keys:
            return REMOVAL.read(node, faults)
        if {"when", "then"} <= keys or "quota" in keys or "name" not in keys:
            return super().read(node, faults)
        optional = tuple(replace(key, required=key.name == "name") for key in self.keys)
        values = Section(Rule, optional, elsewhere=self.elsewhere).values(node, faults)
        return Change(values["name"], values) if values and values.get("name") else None

    def schema(self) -> dict[str, Any]:
        """A rule with a name, which a change and a removal have too."""
        rule = super().schema()
        removal = {"enum": [True], "description": REMOVAL.schema()["properties"]["remove"]["description"]}
        return {
            **rule,
            "properties": rule["properties"] | {"remove": removal},
            "required": ["name"],
            "if": {"required": ["quota"]},
            "then": {"required": ["then"]},
            "dependentSchemas": {"remove": {"maxProperties": 2}},
        }


def _beside() -> list[str]:
    """The keys of a rule."""
    return [key.name for key in RULE.keys]


RULE: Section = RuleSection(
    Rule,
    (
        Key("name", LINE, "name", required=True),
        Key("when", SignalBounds(least=1, beside=_beside), "when"),
        Key("unless", SignalBounds(beside=_beside), "unless"),
        Key("then", STEP, "then", required=True),
        Key("for", Duration(timedelta(seconds=1)), "duration"),
        Key("mode", Choice(tuple(Mode), Mode), "mode"),
        Key(
            "only",
            Section(
                Only,
                (
                    Key("profiles", ListOf(Text("a profile's name")), "profiles"),
                    Key("platforms", ListOf(PLATFORM), "platforms"),
                ),
            ),
            "only",
        ),
        Key("evidence", Section(Minimum, MINIMUM_KEYS, partial=True), "minimum"),
        Key("quota", Quota(), "quota"),
        Key("tests", ListOf(RULE_TEST, least=1), "tests"),
    ),
    check=rule_fault,
    elsewhere=lambda name: "`when:`" if name in BY_NAME else "",
)
