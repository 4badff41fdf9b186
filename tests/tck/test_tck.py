"""The conformance kit: no folder may pass fewer cases than the recorded floor."""

from __future__ import annotations

import tomllib

import pytest

from dmn_engine.conformance import TestFolder, list_folders, run_folder

from .kit import FLOOR, KIT

pytestmark = pytest.mark.skipif(not KIT.is_dir(), reason=f"the DMN TCK is not at {KIT} (set DMN_TCK)")

FOLDERS = list_folders(KIT) if KIT.is_dir() else []


@pytest.fixture(scope="module")
def floor() -> dict[str, int]:
    """The passes per folder below which the score may not fall."""
    return {str(name): int(count) for name, count in tomllib.loads(FLOOR.read_text())["passes"].items()}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_folder_keeps_its_floor(folder: TestFolder, floor: dict[str, int]) -> None:
    run = run_folder(folder)
    assert run.passed >= floor.get(folder.name, 0), "\n".join(map(str, run.failures))
