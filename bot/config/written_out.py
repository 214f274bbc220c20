"""A rule written out as a file would have it, with what the shipped one says where it says something else."""

from collections.abc import Iterator, Mapping

from bot.config.editing import bounds_words, name_words
from bot.config.kinds import in_words
from bot.judging.rules import Minimum, Mode, Rule


def written_out(rule: Rule, shipped: Rule | None = None) -> str:
    """The lines of an item of `rules:`; a comment tells what the `shipped` rule has in a line's place, and lines that
    only that one has are there as comments."""
    now, before = dict(_lines(rule)), dict(_lines(shipped)) if shipped else None
    lines = [f"  - name: {name_words(rule.name)}"]
    for key in _KEYS:
        lines += _marked(key, now.get(key, {}), None if before is None else before.get(key, {}))
    if rule.tests:
        lines.append(f"    # and {len(rule.tests):,} of its own tests, for `quietfeed test-rules`")
    return "\n".join(lines)


_KEYS = ("when", "unless", "then", "for", "mode", "quota", "only", "evidence")
Said = Mapping[str, str]
"""Signal -> its bounds; of another key, its value under an empty name."""


def _marked(key: str, now: Said, before: Said | None) -> Iterator[str]:
    """The lines of one key, with what was shipped in their place."""
    if key in ("when", "unless") and (now or before):
        yield f"    {key}:" if now else f"    # shipped, {key}:"
    for name in dict.fromkeys([*now, *(before or ())]):
        said, shipped = now.get(name), (before or {}).get(name)
        line = f"      {name}: " if name else f"    {key}: "
        if said is None:
            yield f"{line[: len(line) - len(line.lstrip())]}# shipped: {line.strip()} {shipped}"
        elif before is not None and said != shipped:
            yield f"{line}{said}   # shipped: {shipped or 'nothing'}"
        else:
            yield f"{line}{said}"


def _lines(rule: Rule) -> Iterator[tuple[str, Said]]:
    """What a rule says, by key."""
    yield "when", {signal: bounds_words(held) for signal, held in rule.when.items()}
    yield "unless", {signal: bounds_words(held) for signal, held in rule.unless.items()}
    yield "then", {"": rule.then.value}
    if rule.duration is not None and rule.quota is None:
        yield "for", {"": in_words(rule.duration)}
    if rule.mode is not Mode.ACT:
        yield "mode", {"": rule.mode.value}
    if rule.quota is not None:
        yield "quota", {"": f"{rule.quota}/day"}
    only = {"profiles": rule.only.profiles, "platforms": rule.only.platforms}
    if any(only.values()):
        yield "only", {"": _map({key: f"[{', '.join(names)}]" for key, names in only.items() if names})}
    if rule.minimum is not None:
        yield "evidence", {"": _map({name: str(getattr(rule.minimum, name)) for name in Minimum.__dataclass_fields__})}


def _map(entries: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in entries.items()) + "}"
