"""The options of a rule, and of the tests that stand in it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode

from bot.config import meant
from bot.config.faults import Faults, listed
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
        return NO_BOUNDS
    if rule.name == SHIPPED:
        return "'shipped' stands for all the shipped rules; allowed: another name"
    if rule.quota is not None and rule.then is not Step.MUTE:
        return "a rule with a quota can only mute, until your midnight; allowed: `then: mute`"
    if rule.quota is not None and rule.tests:
        return "a quota counts what a day brings to your timeline, which no test can show: remove its `tests:`"
    return None


SHIPPED = "shipped"
"""The word for all the shipped rules."""


@dataclass(frozen=True)
class Use:
    """Takes shipped rules, or changes one that is there."""

    use: str
    """`shipped`: all the shipped rules but those that are named elsewhere in the list. Or the name of one shipped or
    included rule, beside which only what differs is said: a bound takes the place of the one on its signal; exceptions,
    evidence and tests are added to those that are there."""


@dataclass(frozen=True)
class Change:
    """What a file says of one shipped or included rule."""

    name: str
    values: Mapping[str, Any]

    def of(self, earlier: Rule) -> Rule:
        """The earlier rule with these changes."""
        said = {field: value for field, value in self.values.items() if value is not None}
        joined = {
            "when": {**earlier.when, **said.get("when", {})},
            "unless": {**earlier.unless, **said.get("unless", {})},
            "minimum": {**(_named(earlier.minimum)), **_named(said.get("minimum"))} or None,
            "tests": (*earlier.tests, *said.get("tests", ())),
        }
        return replace(earlier, **{**said, **joined})

    @property
    def keys(self) -> tuple[str, ...]:
        """What it changes, as the file calls it; of bounds the signals: `then`, `when link_share`."""
        names = {key.field: key.name for key in RULE.keys}
        said = {field: value for field, value in self.values.items() if value is not None}
        parts = ((names[field], value if field in ("when", "unless") else ("",)) for field, value in said.items())
        return tuple(f"{key} {part}".strip() for key, inner in parts for part in inner)


def _named(minimum: Any) -> dict[str, Any]:
    """What a rule's `evidence` names."""
    return dict(minimum) if isinstance(minimum, Mapping) else {}


@dataclass(frozen=True)
class Removal:
    """Leaves a rule out."""

    remove: str
    """The name of a shipped or included rule that is left out. Nothing else stands beside it."""


REMOVAL = Section(Removal, (Key("remove", LINE, "remove", required=True),))
USE = Section(Use, (Key("use", LINE, "use", required=True),))
USE_INSTEAD = "; to change a rule that is shipped or included, write `use:` in place of `name:`"
NO_BOUNDS = "this rule has no bounds; allowed: `when:` with at least one signal, or `quota: 10/day`"
NO_STEP = f"'then' is missing; allowed: {listed(Step)}"


@dataclass(frozen=True)
class RuleSection(Section):
    """A rule; or with `use:` shipped ones, or a change of one; or with `remove:` that one is left out."""

    forms: tuple[Section, ...] = ()
    """The other two, by the key that makes them."""

    def read(self, node: Node, faults: Faults) -> Any:
        """A Rule, a Use, a Change, a Removal, or None where it cannot be read."""
        keys = {name.value for name, _ in node.value} if isinstance(node, MappingNode) else set()
        if isinstance(node, ScalarNode) and node.value:
            faults.add(node.start_mark, meant.rule(str(node.value)))
            return None
        if "remove" in keys:
            return self._removal(node, keys, faults)
        if "use" in keys:
            return self._use(node, keys, faults)
        if "name" in keys and "quota" not in keys and not {"when", "then"} <= keys:
            self.optional().values(node, faults)
            if "then" not in keys or keys.isdisjoint(BY_NAME):  # else the signal was told where it belongs
                faults.add(node.start_mark, (NO_STEP if "when" in keys else NO_BOUNDS) + USE_INSTEAD)
            return None
        if "name" not in keys and _nearly(keys - {key.name for key in self.keys}, self.also):
            self.optional().values(node, faults)
            return None
        return super().read(node, faults)

    def optional(self) -> Section:
        """The keys of a rule, none of which must be there."""
        keys = tuple(replace(key, required=False) for key in self.keys)
        return Section(Rule, keys, elsewhere=self.elsewhere, also=self.also)

    def _removal(self, node: Node, keys: Collection[str], faults: Faults) -> Removal | None:
        if keys != {"remove"}:
            faults.add(node.start_mark, "`remove:` stands alone, with the name of a rule: `- remove: feed mirror`")
            return None
        removal: Removal | None = REMOVAL.read(node, faults)
        return removal

    def _use(self, node: Any, keys: Collection[str], faults: Faults) -> Use | Change | None:
        if "name" in keys:
            faults.add(node.start_mark, "`use:` names the rule already: remove `name:`")
            return None
        said = replace(self.optional(), keys=(*USE.keys, *self.optional().keys)).values(node, faults) or {}
        name = said.pop("use", None)
        if name == SHIPPED and said:
            faults.add(
                node.start_mark,
                "`use: shipped` takes all the shipped rules as they are; to change one, add `- use: NAME` with what "
                "differs",
            )
            return None
        return Use(name) if name == SHIPPED else Change(name, said) if name else None

    def schema(self) -> dict[str, Any]:
        """One of the three forms."""
        rule = super().schema()
        extra = {name: of for form in self.forms for name, of in form.schema()["properties"].items()}
        return {
            **rule,
            "properties": rule["properties"] | extra,
            "required": [],
            "oneOf": [
                {"required": ["name", "then"], "not": {"anyOf": [{"required": [name]} for name in extra]}},
                {"required": ["use"], "not": {"anyOf": [{"required": ["name"]}, {"required": ["remove"]}]}},
                {"required": ["remove"], "maxProperties": 1},
            ],
        }


def _nearly(keys: Iterable[str], meant: Collection[str]) -> bool:
    """Whether one of the keys may be a slip of one that was meant."""
    return any(get_close_matches(key, meant, n=1) for key in keys)


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
    also=("use", "remove"),
    forms=(USE, REMOVAL),
)


@dataclass(frozen=True)
class Rules(ListOf):
    """All the shipped rules by a word, or a list."""

    def read(self, node: Node, faults: Faults) -> tuple[Any, ...] | None:
        """The items; a Use for the word."""
        if isinstance(node, ScalarNode) and node.value:
            if node.value == SHIPPED:
                return (Use(SHIPPED),)
            faults.add(node.start_mark, meant.rules(str(node.value)))
            return None
        return super().read(node, faults)

    def schema(self) -> dict[str, Any]:
        """Either."""
        return {"anyOf": [{"const": SHIPPED}, super().schema()]}

    def words(self) -> str:
        """Both forms."""
        return f"`{SHIPPED}`, or a list of rules"
