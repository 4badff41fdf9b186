"""Complete runs of commands, as cases in tests/cases/cli/*.toml: arguments, stdout, stderr and exit code."""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dmn_cli.main import main

FOLDER = Path(__file__).parents[1] / "cases" / "cli"


def read_cases() -> list[Any]:
    found = []
    for file in sorted(FOLDER.glob("*.toml")):
        for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]:
            found.append(pytest.param(case, id=f"{file.stem}: {case['name']}"))
    return found


def mask(text: str, folder: Path) -> str:
    """The text without what differs from run to run: hashes, temporary folders."""
    text = re.sub(r"SHA-256 [0-9a-f]{12}", "SHA-256 000000000000", text)
    return re.sub(r"[0-9a-f]{64}", "0" * 64, text).replace(str(folder), "FOLDER")


@pytest.mark.parametrize("case", read_cases())
def test_command(case: dict[str, Any], clinic: Path, write_workbooks: Callable[[str, Path], None]) -> None:
    write_workbooks(case.get("workbooks", ""), clinic)
    if case.get("model"):
        shutil.copytree(FOLDER / "models", clinic, dirs_exist_ok=True)
    for name, text in case.get("files", {}).items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    result = CliRunner(catch_exceptions=False).invoke(main, case["args"], input=case.get("stdin", ""))
    outputs = {"stdout": result.stdout, "stderr": result.stderr}
    outputs |= {name: Path(name).read_text(encoding="utf-8") for name in case.get("written", ())}
    for name, file in case.get("golden", {}).items():
        compare(FOLDER / "golden" / file, mask(outputs.pop(name), clinic))
    for name, text in outputs.items():
        assert mask(text, clinic) == case.get("expected", {}).get(name, "").removeprefix("\n"), name
    assert result.exit_code == case.get("code", 0)
    assert not any(Path(name).exists() for name in case.get("absent", ()))


def compare(file: Path, text: str) -> None:
    """Compare a whole output with a file; DMN_UPDATE_CASES=1 writes the file, to be reviewed."""
    if os.environ.get("DMN_UPDATE_CASES"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
