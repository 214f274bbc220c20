"""The owner's one YAML file: its types, reading it with every fault at once, its schema and its documentation."""

from bot.config.deciding import as_written, measuring, written
from bot.config.editing import CannotEdit, edited
from bot.config.faults import ConfigError, Fault
from bot.config.listening import host_and_port
from bot.config.loading import (
    default_config,
    default_rules,
    example,
    find,
    fingerprint,
    load,
    read,
    sections_changed,
    shipped_rules,
    state_dir,
)
from bot.config.saving import Backup, File, backups, difference, refuse_unwritable, replaced
from bot.config.schema import json_schema
from bot.config.starter import starter
from bot.config.tested import try_tests
from bot.config.types import (
    BLUESKY_SERVER,
    STRICTNESSES,
    Changed,
    Config,
    Limits,
    MetricsSettings,
    Origin,
    OwnFeed,
    Profile,
    ReportSettings,
    SweepSettings,
    Words,
    secret_variable,
    some,
)
from bot.config.written_out import written_out

__all__ = [
    "BLUESKY_SERVER",
    "STRICTNESSES",
    "Backup",
    "CannotEdit",
    "Changed",
    "Config",
    "ConfigError",
    "Fault",
    "File",
    "Limits",
    "MetricsSettings",
    "Origin",
    "OwnFeed",
    "Profile",
    "ReportSettings",
    "SweepSettings",
    "Words",
    "as_written",
    "backups",
    "default_config",
    "default_rules",
    "difference",
    "edited",
    "example",
    "find",
    "fingerprint",
    "host_and_port",
    "json_schema",
    "load",
    "measuring",
    "read",
    "refuse_unwritable",
    "replaced",
    "secret_variable",
    "sections_changed",
    "shipped_rules",
    "some",
    "starter",
    "state_dir",
    "try_tests",
    "written",
    "written_out",
]
