"""Who may import whom, which library lives where, and what the pure rooms leave alone: read from the sources."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
BOT = REPOSITORY / "bot"


@dataclass(frozen=True)
class Room:
    """What the modules of one room may import, beside the standard library and their own room."""

    ours: str = ""
    libraries: str = ""
    pure: bool = False


FLOORS: tuple[dict[str, Room], ...] = (
    {
        "errors": Room(pure=True),
        "model": Room(pure=True),
        "secrecy": Room(),
        "imports": Room(),
        "logins": Room(),
        "urls": Room(libraries="publicsuffixlist"),
    },
    {
        "addresses": Room("secrecy", pure=True),
        "clock": Room("errors"),
        "files": Room("errors"),
        "handles": Room("errors", pure=True),
        "logs": Room("secrecy"),
        "archive": Room("errors model urls"),
        "signals": Room("model urls", pure=True),
        "platforms.base": Room("errors logins model"),
    },
    {
        "anonymise": Room("model signals urls", pure=True),
        "judging": Room("handles model signals urls", pure=True),
        "report": Room("model signals", "jinja2 resvg_py rich", pure=True),
        "platforms": Room("clock errors handles logs model platforms.base"),
        "store": Room("addresses errors files handles model platforms.base secrecy signals", "psycopg sqlalchemy"),
    },
    {
        "platforms.mastodon": Room(
            "clock errors handles imports model platforms platforms.base secrecy urls", "mastodon requests"
        ),
        "platforms.bluesky": Room(
            "clock errors handles imports model platforms platforms.base secrecy urls", "atproto_client httpx"
        ),
        "config": Room("addresses archive errors files handles model judging secrecy signals", "platformdirs yaml"),
        "demo": Room("clock model platforms"),
        "forms": Room("errors handles report", pure=True),
        "notify": Room("errors platforms report", "apprise feedgenerator"),
    },
    {
        "actions": Room("clock config judging model platforms.base store"),
        "audit": Room("judging model report signals", pure=True),
    },
    {
        "service": Room(
            "actions archive audit clock config errors files forms handles judging logins logs model notify platforms"
            " platforms.base report secrecy signals store",
            "apscheduler tzlocal",
        ),
        "tuning": Room("actions config judging model platforms.base report signals", pure=True),
    },
    {
        "fleet": Room(
            "addresses clock config errors logs platforms platforms.base secrecy service store",
            "cryptography procrastinate psycopg",
        ),
        "past": Room("config errors judging model service store tuning"),
    },
    {
        "desk": Room(
            "clock config errors logs model platforms.base report service store",
            "starlette",
        ),
    },
    {
        "cli": Room(
            "actions addresses anonymise archive audit clock config demo desk errors files fleet forms handles judging"
            " logins logs model notify past platforms platforms.base platforms.mastodon platforms.bluesky report"
            " secrecy service signals store tuning",
            "rich shtab uvicorn",
        )
    },
)
"""From the ground up. A room imports only from floors below its own."""
ROOMS = {name: room for floor in FLOORS for name, room in floor.items()}
PURE_MODULES = (
    "actions.lifecycle", "actions.entries", "actions.limits", "actions.rightness", "service.commands", "service.places"
)  # fmt: skip
"""Pure modules in a room that is not."""
WORLD = frozenset(
    "asyncio http logging os pathlib random secrets shutil socket sqlite3 subprocess tempfile threading time"
    " urllib.request".split()
)
"""Standard modules by which a pure room would reach the world."""
LAZY = ("desk", "platforms.mastodon", "platforms.bluesky", "report.page", "report.picture", "service.daemon")
"""What loads a heavy library: imported inside functions, when it is used."""


@dataclass(frozen=True)
class Import:
    """One import: where it stands, what it names, whether it runs as soon as the module is loaded."""

    room: str
    target: str
    at: str
    eager: bool


def module_of(path: Path) -> str:
    """`bot/store/schema.py` -> `bot.store.schema`."""
    parts = path.relative_to(REPOSITORY).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {module_of(path): path for path in sorted(BOT.rglob("*.py"))}
TREES = {module: ast.parse(path.read_text("utf-8")) for module, path in SOURCES.items()}


def room_of(module: str) -> str | None:
    """The innermost room that a module of ours stands in."""
    name = module.removeprefix("bot").removeprefix(".")
    if name == "__main__":  # only starts the command line
        return "cli"
    while name and name not in ROOMS:
        name = name.rpartition(".")[0]
    return name or None


def targets(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The modules that an import statement names: `from bot import rules` names `bot.judging.rules`."""
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    assert node.level == 0, "imports are absolute here"
    module = node.module or ""
    return [f"{module}.{name.name}" if f"{module}.{name.name}" in SOURCES else module for name in node.names]


@cache
def imports() -> tuple[Import, ...]:
    """Every import of the house."""
    return tuple(found for module in TREES for found in imports_of(module))


def imports_of(module: str) -> Iterator[Import]:
    """The imports of one module; those inside functions are not eager."""
    nodes = list(ast.walk(TREES[module]))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    deferred = {id(node) for function in functions for node in ast.walk(function)}
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            at = f"{SOURCES[module].relative_to(REPOSITORY)}:{node.lineno}"
            for target in targets(node):
                yield Import(room_of(module) or "", target, at, id(node) not in deferred)


def ours(target: str) -> bool:
    """Whether an import names one of our modules."""
    return target.split(".")[0] == "bot"


def test_every_module_stands_in_a_room_and_every_room_exists() -> None:
    """A new room needs a row in the table; a row without a room is a leftover."""
    inside = {module: room_of(module) for module in SOURCES if module != "bot"}
    assert [module for module, room in inside.items() if room is None] == []
    assert set(ROOMS) - set(inside.values()) == set()


def test_a_room_imports_only_the_rooms_in_its_row() -> None:
    """`bot` itself holds the version alone, and anybody may read it."""
    strangers = [
        f"{found.at}: {found.room} imports {found.target}"
        for found in imports()
        if ours(found.target)
        and found.target != "bot"
        and found.room
        and room_of(found.target) not in {found.room, *ROOMS[found.room].ours.split()}
    ]
    assert strangers == []


def test_an_arrow_only_points_down() -> None:
    """A room imports nothing from its own floor or from above."""
    floor_of = {name: number for number, floor in enumerate(FLOORS) for name in floor}
    upward = [
        f"{name} imports {other}"
        for name, room in ROOMS.items()
        for other in room.ours.split()
        if floor_of[other] >= floor_of[name]
    ]
    assert upward == []


def test_a_library_is_imported_only_in_its_room() -> None:
    """Changing a library then means changing one room."""
    strangers = [
        f"{found.at}: {found.room} imports {found.target}"
        for found in imports()
        if not ours(found.target)
        and (library := found.target.split(".")[0]) not in sys.stdlib_module_names
        and library not in (ROOMS[found.room].libraries.split() if found.room else ())
    ]
    assert strangers == []


def test_no_row_allows_what_nobody_imports() -> None:
    """The table says how the house is, not how it might be."""
    used = {
        (found.room, room_of(found.target) if ours(found.target) else found.target.split(".")[0]) for found in imports()
    }
    allowed = {(name, what) for name, room in ROOMS.items() for what in f"{room.ours} {room.libraries}".split()}
    assert sorted(allowed - used) == []


def is_pure(module: str) -> bool:
    """Whether a module must leave the world alone: its room is pure, or it is pure by itself."""
    room = room_of(module)
    return module.removeprefix("bot.") in PURE_MODULES or (room is not None and ROOMS[room].pure)


def test_pure_modules_reach_neither_the_world_nor_the_clock() -> None:
    """`now` is an argument, and nothing is opened, printed or asked."""
    assert {f"bot.{name}" for name in PURE_MODULES} <= set(SOURCES)
    pure = [module for module in SOURCES if is_pure(module)]
    faults = [
        f"{found.at}: imports {found.target}"
        for module in pure
        for found in imports_of(module)
        if found.target in WORLD or found.target.split(".")[0] in WORLD
    ]
    faults += [f"{module}:{node.lineno}" for module in pure for node in ast.walk(TREES[module]) if impure_call(node)]
    assert faults == []


def impure_call(node: ast.AST) -> bool:
    """Whether a node reads the clock, opens a file, asks or prints."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in {"open", "print", "input"}
    return isinstance(node.func, ast.Attribute) and node.func.attr in {"now", "utcnow", "today"}


def is_lazy(module: str) -> bool:
    """Whether a module loads a heavy library."""
    name = module.removeprefix("bot.")
    return any(name == lazy or name.startswith(f"{lazy}.") for lazy in LAZY)


def test_what_loads_a_heavy_library_is_imported_only_when_used() -> None:
    """A Mastodon profile does not pay for Bluesky's library."""
    eager = [
        f"{found.at}: {found.target}"
        for found in imports()
        if found.eager
        and ours(found.target)
        and is_lazy(found.target)
        and room_of(found.target) != found.room
        and found.room != "desk"  # lazy itself
    ]
    assert eager == []


def test_only_the_cli_prints() -> None:
    """Everybody else returns what is to be said."""
    prints = [
        f"{module}:{node.lineno}"
        for module, tree in TREES.items()
        if room_of(module) != "cli"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert prints == []


def test_every_module_says_what_it_is_for() -> None:
    """The first line of its docstring is a sentence."""
    openings = {module: (ast.get_docstring(tree) or "").partition("\n")[0] for module, tree in TREES.items()}
    assert [module for module, first in openings.items() if not first.endswith((".", ":"))] == []


def test_the_help_loads_no_heavy_library() -> None:
    """`quietfeed --help` is what people type first."""
    code = (
        "import sys; from bot.cli import parser; parser.build().format_help();"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    heavy = {"atproto_client", "jinja2", "mastodon", "pydantic", "requests", "resvg_py", "rich", "sqlalchemy", "yaml"}
    assert heavy & set(done.stdout.split()) == set()


def written(names: str) -> str:
    """How a cell of the table names rooms or libraries."""
    return ", ".join(f"`{name}`" for name in names.split()) or "–"


def table() -> list[str]:
    """The table as docs/architecture.md carries it: top floor first, as a house stands."""
    rows = [
        f"| {number} | `{name}`{' (pure)' if room.pure else ''} | {written(room.ours)} | {written(room.libraries)} |"
        for number, floor in reversed(list(enumerate(FLOORS)))
        for name, room in floor.items()
    ]
    return ["| floor | room | may import | libraries |", "|--:|---|---|---|", *rows]


def test_the_page_on_architecture_carries_the_same_table() -> None:
    """Print it anew with `python -m tests.unit.test_architecture`."""
    page = (REPOSITORY / "docs" / "architecture.md").read_text("utf-8")
    assert "\n".join(table()) in page


if __name__ == "__main__":
    print("\n".join(table()))
