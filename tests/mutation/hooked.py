"""Runs a Python module with one mutant in place: `python -m tests.mutation.hooked MUTANT MODULE ARGS`."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from hypothesis import Phase, settings

from tests.mutation.operators import Edit, Mutant, list_mutants, read_edits


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads the mutated module from its changed tree, every other module as usual."""

    def __init__(self, mutant: Mutant | Edit) -> None:
        self.mutant = mutant
        self.path = find_source(mutant.module)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.mutant.module:
            return None
        places = [str(self.path.parent)] if self.path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            fullname, self.path, loader=self, submodule_search_locations=places
        )

    def exec_module(self, module: ModuleType) -> None:
        tree = self.mutant.apply(self.path.read_text())
        exec(compile(tree, str(self.path), "exec"), module.__dict__)


def find_source(module: str) -> Path:
    """The file of a module of the engine."""
    base = Path(*module.split("."))
    package = base / "__init__.py"
    return package if package.is_file() else base.with_suffix(".py")


def install(mutant_id: str) -> None:
    """Let the import of the mutant's module give the mutant; of the module `named` it is a named edit."""
    module, _, number = mutant_id.rpartition(":")
    mutants = read_edits() if module == "named" else list_mutants(module, find_source(module).read_text())
    sys.meta_path.insert(0, _Finder(mutants[int(number)]))


def use_quick_laws() -> None:
    """Do not shrink the example of a law that fails: it has said enough, and shrinking takes minutes."""
    settings.register_profile("mutation", phases=[Phase.explicit, Phase.generate], database=None)
    settings.load_profile("mutation")


if __name__ == "__main__":
    use_quick_laws()
    install(sys.argv[1])
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
