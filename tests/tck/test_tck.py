"""The conformance kit: no folder may pass fewer cases than the recorded floor."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from .kit import KIT, list_folders, name_folder, run_folder
from .score import FLOOR

pytestmark = pytest.mark.skipif(not KIT.is_dir(), reason=f"the DMN TCK is not at {KIT} (set DMN_TCK)")

FOLDERS = list_folders()


@pytest.fixture(scope="module")
def floor() -> dict[str, int]:
    """The passes per folder below which the score may not fall."""
    return {str(name): int(count) for name, count in tomllib.loads(FLOOR.read_text())["passes"].items()}


@pytest.mark.parametrize("folder", FOLDERS, ids=map(name_folder, FOLDERS))
def test_folder_keeps_its_floor(folder: Path, floor: dict[str, int]) -> None:
    cases, failures = run_folder(folder)
    wanted = floor.get(name_folder(folder), 0)
    assert cases - len(failures) >= wanted, "\n".join(map(str, failures))
