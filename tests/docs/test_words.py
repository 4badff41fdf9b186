"""A reminder of the words that messages and docstrings avoid; it never replaces reading them.

Plain English says what a thing does: "is not a" for "is no", "depends on" for "draws on", "fix" for "mend".
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLAIN = ("convert", "feel", "formats/json", "formats/markdown", "formats/xlsx", "workbook")
"""The folders of the engine that were read for their words; further ones are added as they are."""

AVOIDED = {
    r"\btold by\b|\b(?:be|is|are) told\b": "identified by, reported",
    r"\bmend(?:s|ed|ing)?\b": "fix",
    r"\bstands? for\b": "represents",
    r"(?<!there )\b(?:is|are) no (?!longer\b|more\b|less\b)": "is not a",
    r"\bdraws? on\b|\brests? on\b": "depends on, requires",
    r"\bnot to be had\b": "not supported",
    r"\bKnows (?:no|nothing)\b|\bReads no\b": "say what the module does",
}


def _list_texts(path: Path) -> Iterator[tuple[int, str]]:
    """Every text of a module, its docstrings among them, with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def find_avoided(text: str) -> list[str]:
    """The avoided words of a text, each with what to write instead."""
    pairs = ((re.search(pattern, text), better) for pattern, better in AVOIDED.items())
    return [f"`{found[0].strip()}`: write {better}" for found, better in pairs if found]


@pytest.mark.parametrize("folder", PLAIN)
def test_texts_avoid_these_words(folder: str) -> None:
    files = sorted((ROOT / "dmn_engine" / folder).rglob("*.py"))
    assert files
    found = [
        f"{path.relative_to(ROOT)}:{line}: {advice}"
        for path in files
        for line, text in _list_texts(path)
        for advice in find_avoided(text)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "is_avoided"),
    [
        ("`Hieght` is no input of it", True),
        ("the label's error is the one to mend", True),
        ("a text that stands for a date", True),
        ("what draws on what", True),
        ("it cannot be told", True),
        ("a kind of block is told by its words", True),
        ("there is no such file", False),
        ("it is no longer read", False),
        ("there is no decision `A`", False),
    ],
)
def test_the_words_are_found(text: str, is_avoided: bool) -> None:
    assert bool(find_avoided(text)) == is_avoided
