"""Other people's models, written as DMN 1.5 and read again, are equal, valid by the schema and give equal results."""

from __future__ import annotations

import os
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from dmn_engine.conformance import TestFolder, list_folders, run_folder
from dmn_engine.diagnostics import Severity
from dmn_engine.formats.dmn_xml import read_definitions, read_text, write_definitions
from dmn_engine.formats.dmn_xml.layout import with_diagram
from dmn_engine.model.definitions import Definitions
from tests.dmn_xml.comparing import without_places

ROOT = Path(__file__).parents[2]
KIT = Path(os.environ.get("DMN_TCK", ROOT / ".." / "shared" / "tck"))
EXTERNAL = Path(os.environ.get("DMN_EXTERNAL", ROOT / ".." / "shared" / "external"))
FLOOR = tomllib.loads((ROOT / "tests" / "cases" / "tck" / "floor.toml").read_text())["passes"]
SCHEMA = KIT / "DMN15.xsd"

MODELS = sorted(KIT.rglob("*.dmn")) + sorted(EXTERNAL.rglob("*.dmn"))
FOLDERS = list_folders(KIT) if KIT.is_dir() else []

needs_models = pytest.mark.skipif(not MODELS, reason=f"there are no models at {KIT} and {EXTERNAL}")
needs_kit = pytest.mark.skipif(not FOLDERS, reason=f"the DMN TCK is not at {KIT} (set DMN_TCK)")


@cache
def load_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


@needs_models
@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_model_comes_back_equal_and_valid(path: Path) -> None:
    check_round_trip(read_definitions(path, path.name))


@needs_models
@pytest.mark.parametrize("path", MODELS[::5], ids=lambda path: path.stem)
def test_laid_out_model_comes_back_equal_and_valid(path: Path) -> None:
    check_round_trip(replace(read_definitions(path, path.name), diagrams=(), styles=()))


def check_round_trip(model: Definitions) -> None:
    """A model that is read without an error is valid when written; errors of the original are written unchanged."""
    written = write_definitions(model)
    again = read_text(written, model.file)
    assert again.version == "1.5"
    assert without_places(with_diagram(model)) == without_places(again)
    assert write_definitions(again) == written
    if SCHEMA.is_file() and not any(item.severity is Severity.ERROR for item in model.diagnostics):
        load_schema().assertValid(etree.fromstring(written))


@needs_kit
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_written_model_passes_the_kit(folder: TestFolder, tmp_path: Path) -> None:
    copied = tmp_path / folder.path.name
    copied.mkdir()
    for path in folder.path.iterdir():
        text = write_definitions(read_definitions(path, path.name)) if path.suffix == ".dmn" else path.read_bytes()
        (copied / path.name).write_bytes(text)
    run = run_folder(TestFolder(copied, folder.level))
    assert run.passed >= FLOOR.get(folder.name, 0), "\n".join(map(str, run.failures))
