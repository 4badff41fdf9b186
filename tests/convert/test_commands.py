"""Complete runs of `dmn convert`, as cases in tests/cases/conversion/*.toml: stdout, stderr, exit code, files."""

from __future__ import annotations

import os
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dmn_cli.main import main

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "cases" / "conversion"


def read_cases() -> list[Any]:
    found = []
    for file in sorted(FOLDER.glob("*.toml")):
        for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]:
            found.append(pytest.param(case, id=f"{file.stem}: {case['name']}"))
    return found


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the shipped bone table, a page of its own and the data dictionary, as the current folder."""
    (tmp_path / "tables").mkdir()
    shutil.copy(ROOT / "tables" / "bone.xlsx", tmp_path / "tables")
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    shutil.copy(FOLDER / "pain.md", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("case", read_cases())
def test_command(case: dict[str, Any], clinic: Path) -> None:
    for name, text in case.get("files", {}).items():
        (clinic / name).parent.mkdir(parents=True, exist_ok=True)
        (clinic / name).write_text(text, encoding="utf-8")
    for args in case.get("before", ()):
        assert CliRunner(catch_exceptions=False).invoke(main, ["convert", *args]).exit_code == 0
    result = CliRunner(catch_exceptions=False).invoke(main, ["convert", *case["args"]])
    outputs = {"stdout": result.stdout, "stderr": result.stderr}
    outputs |= {name: (clinic / name).read_text(encoding="utf-8") for name in case.get("written", ())}
    outputs = {name: text.replace(str(clinic), "FOLDER") for name, text in outputs.items()}
    for name, file in case.get("golden", {}).items():
        compare(FOLDER / "golden" / file, outputs.pop(name))
    for name, text in outputs.items():
        assert text == case.get("expected", {}).get(name, "").removeprefix("\n"), name
    assert result.exit_code == case.get("code", 0)
    assert not any((clinic / name).exists() for name in case.get("absent", ()))


def compare(file: Path, text: str) -> None:
    """Compare a whole output with a file; DMN_UPDATE_CASES=1 writes the file, to be reviewed."""
    if os.environ.get("DMN_UPDATE_CASES"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
