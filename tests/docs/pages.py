"""The testable parts of a Markdown page: commands with their output, edits, and paths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"(?ms)^( *)```(\w*)\n(.*?)^\1```$")
_EDIT = re.compile(r"(?m)^ *<!-- edit: (.+?)!(.+?)!([A-Z]+[0-9]+) = (.*) -->$")
_EXIT_CODE = re.compile(r"# exit code ([0-9]+)$")
_LINK = re.compile(r"\]\(([^)]+)\)")
_PATH = re.compile(r"`((?:\.ci|benchmarks|cli|dmn_engine|docs|examples|schemas|tables|tests)/[\w./*-]*)`")


@dataclass(frozen=True)
class Edit:
    """A cell of a workbook that the page asks the reader to change."""

    file: str
    sheet: str
    cell: str
    text: str


@dataclass(frozen=True)
class Command:
    """A line after a `$ `, its exit code (0 if the line does not end with another), and the output shown below it."""

    line: str
    code: int
    output: str


def read_page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def list_sections(page: str) -> dict[str, str]:
    """The texts of the sections (`## `) by heading, without the text before the first."""
    parts = re.split(r"(?m)^## (.+)$", page)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def list_steps(section: str) -> list[Edit | Command]:
    """Edits (`<!-- edit: FILE!SHEET!CELL = TEXT -->`) and commands (in ```console) in the order of the section."""
    found: list[tuple[int, Edit | Command]] = [
        (match.start(), Edit(*match.groups())) for match in _EDIT.finditer(section)
    ]
    for start, text in list_blocks(section, "console"):
        found += [(start, command) for command in _list_commands(text)]
    return [step for _, step in sorted(found, key=lambda item: item[0])]


def list_blocks(page: str, language: str) -> Iterator[tuple[int, str]]:
    """(position, text without its indentation) of the fenced blocks in a language."""
    for match in _FENCE.finditer(page):
        if match[2] == language:
            yield match.start(), dedent(match[3])


def _list_commands(block: str) -> Iterator[Command]:
    assert block.startswith("$ ")
    for part in re.split(r"(?m)^\$ ", block)[1:]:
        line, _, output = part.partition("\n")
        code = _EXIT_CODE.search(line)
        yield Command(line, int(code[1]) if code else 0, output)


def fits(shown: str, output: str) -> bool:
    """Whether the output is what is shown: a line `...` stands for any lines or none, `...` in a line for any text."""
    pattern = ""
    for line in shown.splitlines():
        pattern += r"(?:.*\n)*?" if line.strip() == "..." else ".*".join(map(re.escape, line.split("..."))) + r"\n"
    return re.fullmatch(pattern, output) is not None


def list_targets(page: str) -> list[str]:
    """The files and folders of this project that a page links to or names in code, as written; `*` stands for any."""
    links = (target.partition("#")[0] for target in _LINK.findall(page))
    return sorted({target for target in links if target and "://" not in target} | set(_PATH.findall(page)))
