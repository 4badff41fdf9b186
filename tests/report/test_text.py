"""Whole messages as cases in tests/cases/report/diagnostics.toml, and laws of the caret line for any text."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmn_engine.diagnostics import CellRef, Diagnostic, Severity, Source, Span
from dmn_engine.report.text import (
    WIDTH,
    count_findings,
    display_width,
    excerpt_lines,
    render_diagnostic,
    render_diagnostics,
)

FILE = Path(__file__).parents[1] / "cases" / "report" / "diagnostics.toml"
CASES = tomllib.loads(FILE.read_text(encoding="utf-8"))["case"]


def read_diagnostic(case: dict[str, Any]) -> Diagnostic:
    return Diagnostic(
        case.get("code", "code"),
        Severity(case.get("severity", "error")),
        case.get("message", "message"),
        Source(case["text"], CellRef(*case.get("place", "here!S!A1").split("!"))),
        Span(*case["span"]) if "span" in case else None,
        tuple((Source("", place), words) for place, words in case.get("related", ())),
        case.get("help", ""),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_message(case: dict[str, Any]) -> None:
    assert render_diagnostic(read_diagnostic(case)) == case["expected"].strip("\n")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_colours_add_nothing_but_colours(case: dict[str, Any]) -> None:
    colored = render_diagnostic(read_diagnostic(case), color=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == case["expected"].strip("\n")
    assert "\x1b[1;" in colored


def test_several_messages_end_in_their_count() -> None:
    severities = (Severity.ERROR, Severity.WARNING, Severity.ERROR)
    items = [Diagnostic("c", severity, "m", Source("", "f")) for severity in severities]
    assert render_diagnostics(items) == "f: error c: m\n\nf: warning c: m\n\nf: error c: m\n\n2 errors, 1 warning"
    assert count_findings([]) == "no findings"


TEXTS = st.text(max_size=200) | st.text("ab \t\n漢é\u0301\u200b\x1b", max_size=200)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.integers(0, 200), st.integers(0, 200))
def test_excerpt_fits_and_its_carets_stand_under_it(text: str, start: int, length: int) -> None:
    found = excerpt_lines(Source(text), Span(start, start + length))
    if found is None:
        assert not text.strip() or any(not line.strip() for line in text.splitlines())
        return
    line, carets = found
    assert display_width(line) <= WIDTH
    assert re.fullmatch(r" *\^+", carets)
    assert len(carets.rstrip("^")) <= display_width(line)
    assert line.isprintable()
    assert carets.count("^") <= max(1, display_width(line))


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_only_the_named_lines_come_out(message: str, text: str, help: str) -> None:
    shown = render_diagnostic(Diagnostic("code", Severity.NOTE, message, Source(text), None, (), help))
    head, *rest = shown.split("\n")
    assert head.startswith("<expression>: note code:")
    assert all(line.startswith("  ") for line in rest)
    assert all(line.isprintable() and line == line.rstrip() for line in shown.split("\n"))
