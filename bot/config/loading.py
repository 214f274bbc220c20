"""From a file to a Config, and where the file and the bot's own state are found."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from platformdirs import user_config_path, user_state_path

from bot.config import checks
from bot.config.faults import ConfigError, Faults, told_once
from bot.config.including import BASE, Including
from bot.config.options import ROOT
from bot.config.places import Placed, Source
from bot.config.types import BLUESKY_SERVER, Config, Profile, Words
from bot.config.words import lexicon
from bot.config.yaml_reader import parse, text_of
from bot.errors import UserError
from bot.files import private_folder, put_in_place
from bot.judging.rules import Minimum, Rule
from bot.model import LinkLists

APP = "quietfeed"


def load(path: Path) -> Config:
    """The config in a file. Raises ConfigError with every fault, UserError where the file cannot be read."""
    return read(text_of(path), path)


def read(text: str, path: Path) -> Config:
    """The config in a text that is said to stand at `path`. Raises ConfigError with every fault."""
    faults = Faults()
    root = parse(text, faults)
    values: dict[str, Any] | None = ROOT.values(root, faults) if root is not None else None
    including = Including(faults, (values or {}).get("strictness") or BASE)
    if values is not None and root is not None:
        rules = _rules(values, Source(str(path), path, root, faults), including)
        values["rules"] = tuple(one.rule for one in rules)
        values["origins"] = tuple(one.origin for one in rules)
        checks.check(values, rules, root, faults)
    if faults.found or values is None:
        raise ConfigError(path, faults.found)
    warned = sorted(faults.warned, key=lambda fault: (fault.file, fault))
    config = _config(values, path, tuple(told_once(path, warned)))
    return replace(config, files=_files(config, including.files))


def _rules(values: dict[str, Any], source: Source, including: Including) -> list[Placed]:
    """The rules of the file and of those that it includes, in their order."""
    found = including.rules_of(source, values)
    general = values.get("minimum") or Minimum()
    return [replace(one, rule=_with_evidence(one.rule, general)) for one in found]


def _with_evidence(rule: Rule | None, general: Minimum) -> Rule | None:
    """A rule's own `evidence` names only what differs from the general one."""
    said: Any = rule.minimum if rule else None
    return replace(rule, minimum=replace(general, **said)) if rule and isinstance(said, dict) else rule


def _config(values: dict[str, Any], path: Path, warnings: tuple[str, ...]) -> Config:
    values["profiles"] = tuple(_with_server(profile) for profile in values.get("profiles", ()))
    if "store" in values:
        values["store"] = str(path.absolute().parent / Path(values["store"]).expanduser())
    words = values.get("words", Words())
    spoken = lexicon(words, values.get("links", LinkLists()))
    config = Config(**values, lexicon=spoken, path=path, warnings=warnings)
    return replace(config, fingerprint=fingerprint(config))


def _files(config: Config, included: Sequence[Path]) -> tuple[Path, ...]:
    """Every file whose change may change it."""
    captured = [Path(test.account) for rule in config.rules for test in rule.tests if test.account]
    return tuple(dict.fromkeys((config.path.absolute(), *included, *captured)))


def _with_server(profile: Profile) -> Profile:
    return replace(profile, server=BLUESKY_SERVER) if profile.platform == "bluesky" and not profile.server else profile


def fingerprint(config: Config) -> str:
    """12 hex digits that change exactly when what decides changes: rules, evidence, trust, limits, window, words,
    links."""
    deciding = {
        "rules": [{key: part for key, part in asdict(rule).items() if key != "tests"} for rule in config.rules],
        "parts": [asdict(part) for part in (config.minimum, config.trust, config.limits, config.lexicon)],
        "window": config.window,
    }
    written = json.dumps(deciding, sort_keys=True, default=_stable, ensure_ascii=False)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def sections_changed(before: Config, now: Config) -> list[str]:
    """The keys of the file under which two configs differ, in its order."""
    return [key.name for key in ROOT.keys if getattr(before, key.field) != getattr(now, key.field)]


def _stable(value: Any) -> float:
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(f"{type(value).__name__} has no place in a fingerprint")


def find(explicit: str | Path | None, environ: Mapping[str, str], cwd: Path) -> Path:
    """Where the config is: named on the command line, else by QUIETFEED_CONFIG, else whole in QUIETFEED_CONFIG_YAML,
    for hosts that keep no files, else `config.yaml` in `cwd`, else in the user's config directory. Raises UserError
    where there is none."""
    named = explicit or environ.get("QUIETFEED_CONFIG")
    if named:
        return Path(named).expanduser()
    if text := environ.get(WHOLE):
        return _laid_down(text, state_dir(environ) / FROM_ENVIRONMENT)
    places = (Path("config.yaml"), user_config_path(APP) / "config.yaml")
    for place in places:
        if (cwd / place).exists():
            return place if cwd == Path.cwd() else cwd / place
    looked = " or ".join(str(place) for place in places)
    raise UserError(
        f"no config found at {looked}: run `quietfeed init` to write one, or name it with --config{_on_a_host(cwd)}"
    )


def _on_a_host(cwd: Path) -> str:
    """What else there is where git deploys the program."""
    if not (cwd / "Procfile").exists():
        return ""
    return f"; on a host, put its text into {WHOLE}, or commit it (`git add -f config.yaml`: git ignores it here)"


WHOLE = "QUIETFEED_CONFIG_YAML"
FROM_ENVIRONMENT = "config.from-environment.yaml"
"""Where the text of that variable is laid down: everything else reads files."""


def _laid_down(text: str, path: Path) -> Path:
    """The file with that text, written only where it has another one."""
    try:
        private_folder(path.parent)
        if not path.exists() or path.read_text("utf-8", "replace") != text:
            with put_in_place(path) as file:
                file.write(text.encode("utf-8", "replace"))
    except OSError as error:
        raise UserError(f"{path} cannot be written ({error.strerror}), where the text of {WHOLE} goes") from None
    return path


def state_dir(environ: Mapping[str, str]) -> Path:
    """Where store, credentials and reports are kept: QUIETFEED_STATE_DIR, else the user's state directory."""
    named = environ.get("QUIETFEED_STATE_DIR")
    return Path(named).expanduser().absolute() if named else user_state_path(APP)


def example() -> str:
    """The text of the shipped config.example.yaml."""
    return (files("bot") / "data" / "config.example.yaml").read_text("utf-8")


@cache
def default_config() -> Config:
    """The shipped example, read: the rules for whoever has no config yet."""
    return read(example(), Path("config.example.yaml"))


@cache
def shipped_rules(strictness: str) -> tuple[Rule, ...]:
    """The shipped rules of that strictness."""
    return read(f"strictness: {strictness}\n", Path(f"{strictness}.yaml")).rules


def default_rules() -> tuple[Rule, ...]:
    """The shipped rules, as they come without another strictness."""
    return default_config().rules
