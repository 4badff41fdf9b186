"""The conformance kit of DMN (the TCK): read, run and strictly compare its cases.

for run in map(run_folder, list_folders(Path("tck"))):
    run.passed, len(run.verdicts), run.failures
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dmn_engine.conformance.cases import Case, Expected, TestFile, read_test_file
    from dmn_engine.conformance.comparison import is_same
    from dmn_engine.conformance.kit import FolderRun, TestFolder, Verdict, list_folders, run_folder

_HOMES = {
    "Case": "cases",
    "Expected": "cases",
    "FolderRun": "kit",
    "TestFile": "cases",
    "TestFolder": "kit",
    "Verdict": "kit",
    "is_same": "comparison",
    "list_folders": "kit",
    "read_test_file": "cases",
    "run_folder": "kit",
}

__all__ = [
    "Case",
    "Expected",
    "FolderRun",
    "TestFile",
    "TestFolder",
    "Verdict",
    "is_same",
    "list_folders",
    "read_test_file",
    "run_folder",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: the functions of java.py are used without the kit."""
    import importlib

    if name in _HOMES:
        return getattr(importlib.import_module(f"dmn_engine.conformance.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'dmn_engine.conformance' has no attribute {name!r}")
