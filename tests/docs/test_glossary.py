"""The glossary names what the code defines, and every page for maintainers links to it."""

from __future__ import annotations

import ast
import re

import pytest

from tests.docs.pages import ROOT, list_targets, read_page

ROWS = [
    (re.findall(r"`(\w+)`", cells[0]), cells[-1].strip("` "), cells[0])
    for line in read_page("docs/glossary.md").splitlines()
    if line.startswith("| ") and "---" not in line and not line.startswith("| in code")
    for cells in [[cell.strip() for cell in line.strip("| ").split("|")]]
]


@pytest.mark.parametrize(("names", "file"), [pytest.param(names, file, id=entry) for names, file, entry in ROWS])
def test_names_of_the_glossary_exist(names: list[str], file: str) -> None:
    """A name in code style is a class, function or attribute of the file; modes are values, not names."""
    path = ROOT / file
    assert path.is_file()
    assert {name for name in names if name not in ("clinical", "dmn")} <= _list_names(path.read_text(encoding="utf-8"))


def test_the_glossary_covers_its_parts() -> None:
    assert len(ROWS) > 40


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_pages_link_to_the_glossary(page: str) -> None:
    assert "docs/glossary.md" in list_targets(read_page(page))


def _list_names(text: str) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                names.add(name)
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case ast.Assign(targets=[ast.Name(id=name)]):
                names.add(name)
    return names
