"""Libraries imported without what nothing here uses of them: the only place where an import is refused or put off.

Everything goes by what the language documents (docs.python.org/3/reference/import.html, “The meta path”): a finder
stands at the front of `sys.meta_path` while a library is imported, in the importing thread alone. Nothing stands in for
a module in `sys.modules`, and no library is changed: one that lacks an optional package does without it in its own way,
and what is only put off is the real module, run when something in it is first asked for. Whoever imports a refused
package later gets it.
"""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType


@contextmanager
def sparing(*, without: Sequence[str] = (), later: Sequence[str] = ()) -> Iterator[None]:
    """Import libraries, in the block, `without` optional packages and with some modules run `later`, if ever.

    `without`: packages that the library looks for in a `try` of its own and can do without, by their names.
    `later`: modules that it imports whole (`import a.b`, `from a import b`) and uses in functions alone.
    """
    finder = _Sparing(frozenset(without), frozenset(later))
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Sparing(MetaPathFinder):
    def __init__(self, without: frozenset[str], later: frozenset[str]) -> None:
        self.without, self.later, self.thread = without, later, threading.get_ident()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What the import system asks: None leaves the module to the finders behind."""
        if threading.get_ident() != self.thread:
            return None
        if fullname in self.without:
            raise ModuleNotFoundError(f"{fullname} is left out here: nothing uses it (bot/imports.py)", name=fullname)
        spec = PathFinder.find_spec(fullname, path) if fullname in self.later else None
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec
