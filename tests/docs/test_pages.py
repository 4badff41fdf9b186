"""The pages for newcomers are correct: commands give the output shown, snippets run, paths exist."""

from __future__ import annotations

import doctest
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

import dmn_engine
from dmn_cli.main import COMMANDS, main
from tests.docs.pages import ROOT, Command, Edit, fits, list_blocks, list_sections, list_steps, list_targets, read_page

PAGES = ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "docs/glossary.md")
SECTIONS = {heading: list_steps(text) for heading, text in list_sections(read_page("README.md")).items()}


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with copies of all that the commands of the README use, as the current folder."""
    for part in ("tables", "schemas", "examples"):
        shutil.copytree(ROOT / part, tmp_path / part)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("heading", [heading for heading, steps in SECTIONS.items() if steps])
def test_section_shows_what_happens(heading: str, clinic: Path) -> None:
    for step in SECTIONS[heading]:
        match step:
            case Edit():
                edit(clinic, step)
            case Command():
                run(step)


def edit(folder: Path, step: Edit) -> None:
    book = load_workbook(folder / step.file)
    book[step.sheet][step.cell] = step.text
    book.save(folder / step.file)


def run(command: Command) -> None:
    """Run a `dmn` command in this process; for `make`, check that the target exists (`.ci/run` runs it)."""
    program, *arguments = shlex.split(command.line, comments=True)
    if program == "make":
        subprocess.run(["make", "--dry-run", *arguments], cwd=ROOT, check=True, capture_output=True)
        return
    assert program == "dmn", command.line
    result = CliRunner(catch_exceptions=False).invoke(main, arguments)
    assert result.exit_code == command.code, f"{command.line}\n{result.output}"
    if command.output and not fits(command.output, result.output):
        assert result.output == command.output, command.line  # for the difference


def test_python_runs_as_shown(clinic: Path) -> None:
    blocks = [text for _, text in list_blocks(read_page("README.md"), "python")]
    test = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "README.md", "README.md", 0)
    report: list[str] = []
    result = doctest.DocTestRunner().run(test, out=report.append)
    assert result.attempted > 10
    assert not result.failed, "".join(report)


def test_every_command_is_documented() -> None:
    documented = re.findall(r"(?m)^\| `dmn (\w+)` \|", read_page("README.md"))
    assert sorted(documented) == sorted(COMMANDS)


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_points_at_exists(page: str) -> None:
    missing = [target for target in list_targets(read_page(page)) if not any(ROOT.glob(target.rstrip("/")))]
    assert not missing


def test_pictures_are_shown_described_and_small() -> None:
    shown = dict(re.findall(r"!\[([^\]]+)\]\((docs/pictures/[^)]+)\)", read_page("README.md")))
    files = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "pictures").iterdir())
    assert sorted(shown.values()) == files
    assert all((ROOT / file).stat().st_size < 200_000 for file in files)


@pytest.mark.parametrize("file", ["Makefile", ".ci/run"])
def test_example_patients_named_exist(file: str) -> None:
    named = re.findall(r"examples/patients/\w+\.\w+", read_page(file))
    assert named
    assert all((ROOT / name).is_file() for name in named)


def test_record_of_the_benchmark_is_complete() -> None:
    model = dmn_engine.load(ROOT / "tables", schemas=ROOT / "schemas")
    record = json.loads(read_page("benchmarks/complete_record.json"))
    assert record.keys() == model.dictionary.fields.keys()
    result = model.evaluate(record)
    assert {decision.status for decision in result.decisions.values()} == {dmn_engine.Status.DETERMINED}
