"""What is generated from the code says what the code says."""

import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from bot.cli import docs
from bot.config import Config, json_schema
from bot.config.describe import meanings
from bot.config.kinds import Kind, ListOf
from bot.config.options import ROOT
from bot.config.sections import Section
from bot.judging.rule_tests import RuleTest
from bot.signals import ALL

REPOSITORY = Path(__file__).parents[3]


def sections(kind: Kind) -> list[Section]:
    """Every section under a kind."""
    if isinstance(kind, ListOf):
        return sections(kind.item)
    inner = [key.kind for key in kind.keys] if isinstance(kind, Section) else []
    return ([kind] if isinstance(kind, Section) else []) + [s for k in inner for s in sections(k)]


def test_the_generated_pages_are_up_to_date():
    behind = [str(path.relative_to(REPOSITORY)) for path in docs.stale()]
    assert not behind, "run `python -m bot.cli.docs --write`"


@pytest.mark.slow
def test_check_fails_with_a_clear_word_where_a_page_is_stale(tmp_path):
    (tmp_path / "config.example.yaml").write_text("dry_run: true\n")
    assert len(docs.stale(tmp_path)) == 8
    assert len(docs.write(tmp_path)) == 8
    assert docs.stale(tmp_path) == []
    (tmp_path / "docs" / "signals.md").write_text("old")
    assert docs.stale(tmp_path) == [tmp_path / "docs" / "signals.md"]


@pytest.mark.slow
def test_the_command_checks_and_wants_to_be_told_what_to_do():
    run = [sys.executable, "-m", "bot.cli.docs"]
    assert subprocess.run([*run, "--check"], cwd=REPOSITORY, check=False).returncode == 0
    assert subprocess.run(run, cwd=REPOSITORY, capture_output=True, check=False).returncode == 2


@pytest.mark.parametrize("section", sections(ROOT), ids=lambda section: section.cls.__name__)
def test_every_field_is_an_option_and_every_option_has_a_meaning(section):
    given = {key.field for key in section.keys}
    computed = {Config: {"lexicon", "path", "files", "fingerprint", "warnings", "origins"}, RuleTest: {"place"}}
    assert given == {field.name for field in fields(section.cls)} - computed.get(section.cls, set())
    assert given <= set(meanings(section.cls))


def test_every_signal_stands_in_docs_and_schema():
    page = (REPOSITORY / "docs" / "signals.md").read_text()
    bounded = json_schema()["properties"]["rules"]["anyOf"][1]["items"]["properties"]["when"]["properties"]
    for signal in ALL:
        assert f"## `{signal.name}`\n\n{signal.doc}" in page
        assert bounded[signal.name]["description"] == " ".join(signal.doc.split())


def test_every_option_stands_in_the_docs_and_in_the_example():
    page = (REPOSITORY / "docs" / "configuration.md").read_text()
    example = (REPOSITORY / "config.example.yaml").read_text()
    for section in sections(ROOT):
        for key in section.keys:
            assert f"| `{key.name}` |" in page
            assert f"{key.name}:" in example, key.name


def test_the_schema_forbids_unknown_keys_everywhere():
    def objects(schema):
        if schema.get("type") == "object":
            yield schema
        items = [schema["items"]] if "items" in schema else []
        for inner in [*schema.get("properties", {}).values(), *items, *schema.get("anyOf", ())]:
            yield from objects(inner)

    found = list(objects(json_schema()))
    assert len(found) > 10
    assert all(one["additionalProperties"] is False for one in found)
    json.dumps(json_schema())
