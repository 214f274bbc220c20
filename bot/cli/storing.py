"""`store`: the whole store copied, backed up, looked through."""

import argparse
import json
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.cli import store_checks, wiring
from bot.cli.checks import State, data, line
from bot.cli.progress import watched
from bot.cli.terminal import say, table
from bot.errors import UserError
from bot.report.escape import terminal
from bot.report.figures import plural
from bot.report.tables import Table
from bot.service import recovering
from bot.service.sweep import Progress
from bot.store import located, open_store
from bot.store.copying import Copy, Told, copy, copy_to_file


def store(arguments: argparse.Namespace) -> int:
    """Do what was asked for, with what goes with it."""
    _refuse_what_does_not_belong(arguments)
    done = {"copy": _copy, "backup": _back_up, "check": _check, "recover": _recover}[arguments.what]
    return done(arguments)


GOES_WITH: Mapping[str, Collection[str]] = {
    "copy": ("to", "source"),
    "backup": ("file", "force"),
    "check": ("file", "json"),
    "recover": (),
}
TYPED = {"to": "--to", "source": "--from", "file": "FILE", "force": "--force", "json": "--json"}


def _refuse_what_does_not_belong(arguments: argparse.Namespace) -> None:
    for name, typed in TYPED.items():
        if getattr(arguments, name) and name not in GOES_WITH[arguments.what]:
            raise UserError(f"store {arguments.what} takes no {typed}; `quietfeed store --help` shows what it takes")


def _copy(arguments: argparse.Namespace) -> int:
    """Copy the store in use to another address, or another one to where the config says."""
    if not (arguments.to or arguments.source):
        raise UserError("copy where to? `--to URL` names a file or a database; `--from FILE` brings a backup back")
    source = arguments.source or _in_use(arguments)
    _refuse_missing(source)
    with closing(open_store(source, exclusive=True)) as kept, _told("copy") as told:
        made = copy(kept, arguments.to or _in_use(arguments), told)
        was = kept.path if kept.is_sqlite else kept.url
    _show(made)
    say(terminal(f"Copied from {was} to {made.where}, and compared row by row."))
    if arguments.to:
        say("To go on there, name it in DATABASE_URL, or under `store` in the config. Let only one of the two be used.")
    return 0


def _in_use(arguments: argparse.Namespace) -> str:
    return wiring.store_url(wiring.config(arguments))


def _refuse_missing(source: str) -> None:
    """An empty store would be made in its place."""
    url = located(source)
    if url.drivername == "sqlite" and not Path(url.database or "").exists():
        raise UserError(f"there is no store at {url.database}")


def _back_up(arguments: argparse.Namespace) -> int:
    """Copy the store into a file, be it in use or not."""
    path = Path(arguments.file or f"quietfeed-{datetime.now(UTC):%Y-%m-%d}.sqlite")
    if path.exists() and not arguments.force:
        raise UserError(f"{path} is there already. Choose another name, or replace it: --force")
    with wiring.opened(wiring.config(arguments), exclusive=False) as kept, _told("backup") as told:
        made = copy_to_file(kept, path, told, replace=arguments.force)
    rows, size = plural(sum(made.counts.values()), "row"), path.stat().st_size / 1e6
    print(f"{path}: {rows}, {size:.1f} MB, compared with the store row by row")
    print("It holds other people's posts, and no login: keep it to yourself.", file=sys.stderr)
    return 0


def _check(arguments: argparse.Namespace) -> int:
    """Look through the store in use, or another one; 1 where anything is wrong."""
    address = arguments.file or _in_use(arguments)
    _refuse_missing(address)
    checks = list(store_checks.examine(address))
    if arguments.json:
        print(json.dumps(data(checks), ensure_ascii=False, indent=1))
    else:
        for check in checks:
            say(line(check), marks=True)
    return int(any(check.state is State.BAD for check in checks))


def _recover(arguments: argparse.Namespace) -> int:
    """Put a damaged store aside, and what can be saved in its place."""
    config = wiring.config(arguments)
    url = located(wiring.store_url(config))
    if url.drivername != "sqlite":
        raise UserError("only a file can be recovered; a PostgreSQL server keeps its own whole, or has a backup")
    came = recovering.make_anew(
        wiring.store_url(config), [profile.name for profile in config.profiles], datetime.now(UTC)
    )
    say(terminal(came) if came else f"{url.database} is sound: nothing was changed")
    return 0


@contextmanager
def _told(title: str) -> Iterator[Told]:
    with watched(title) as watch:
        yield lambda stage, done, total: watch(Progress(stage, done, total))


def _show(made: Copy) -> None:
    """How many rows each table has that holds any."""
    rows = tuple((name.replace("_", " "), f"{many:,}") for name, many in made.counts.items() if many)
    print(table(Table(("what", "rows"), rows, numbers=frozenset({"rows"}))))
