"""The owner's one YAML file: its types, reading it with every fault at once, its schema and its documentation."""

from bot.config.deciding import as_written, measuring, written
from bot.config.faults import ConfigError, Fault
from bot.config.loading import (
    default_config,
    default_rules,
    example,
    find,
    fingerprint,
    load,
    read,
    state_dir,
)
from bot.config.openness import open_to_others
from bot.config.schema import json_schema
from bot.config.starter import starter
from bot.config.types import (
    BLUESKY_SERVER,
    Config,
    Limits,
    OwnFeed,
    Profile,
    ReportSettings,
    SweepSettings,
    Words,
    secret_variable,
)

__all__ = [
    "BLUESKY_SERVER",
    "Config",
    "ConfigError",
    "Fault",
    "Limits",
    "OwnFeed",
    "Profile",
    "ReportSettings",
    "SweepSettings",
    "Words",
    "as_written",
    "default_config",
    "default_rules",
    "example",
    "find",
    "fingerprint",
    "json_schema",
    "load",
    "measuring",
    "open_to_others",
    "read",
    "secret_variable",
    "starter",
    "state_dir",
    "written",
]
