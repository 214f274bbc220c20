"""The JSON Schema of the config, out of the same options that read it: what editors complete and underline by."""

from typing import Any

from bot.config.options import ROOT

MODELINE = "# yaml-language-server: $schema=config.schema.json"
"""First line of a config: where editors find the schema, beside the file."""


def json_schema() -> dict[str, Any]:
    """The whole schema, draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "quietfeed config",
        **ROOT.schema(),
    }
