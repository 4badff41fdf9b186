"""Read the cell of a rule as a condition, in any of the notations of the layout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dmn_engine.diagnostics import Span
from dmn_engine.layouts.smart_dak.phrases import parse_sentence
from dmn_engine.layouts.smart_dak.pseudocode import (
    NotUnderstood,
    parse_assignments,
    parse_condition,
    parse_subject,
)
from dmn_engine.layouts.smart_dak.sheet import Cell
from dmn_engine.layouts.smart_dak.syntax import Assignment, Condition, Operand
from dmn_engine.model.cell_text import is_dash


@dataclass(frozen=True, slots=True)
class Unclear:
    """A line of an output that begins with a data element and is not understood."""

    element: str
    line: str
    fault: NotUnderstood


_QUOTES = '"“”'
_SIGNS = "=≠<>≤≥"


def read_label(text: str) -> str:
    """The first line of a heading, without the quotation marks of a data element."""
    line = text.split("\n", 1)[0].strip()
    return line[1:-1].strip() if len(line) > 2 and line[0] in _QUOTES and line[-1] in _QUOTES else line


def read_subject(text: str) -> Operand | None:
    """The operand in the pseudocode of a heading; None without pseudocode that is understood."""
    for start in _list_starts(text):
        try:
            return parse_subject(text, start)
        except NotUnderstood:
            continue
    return None


def read_condition(cell: Cell, label: str) -> Condition | None:
    """The condition of an input cell, None for a dash. Raises NotUnderstood, also for an empty cell."""
    text = cell.text
    if cell.fault:
        raise NotUnderstood(cell.fault, Span(0, len(text)))
    if is_dash(text):
        return None
    if not text:
        raise NotUnderstood("the cell is empty", Span(0, 0), "write – where the column does not matter for the rule")
    fault: NotUnderstood | None = None
    for start in _list_starts(text):
        try:
            return parse_condition(text, start)
        except NotUnderstood as error:
            fault = error
    try:
        return parse_sentence(text, label)
    except NotUnderstood as error:
        is_pseudocode = any(sign in text for sign in _QUOTES + _SIGNS)
        if fault is None or not is_pseudocode:
            raise error from None
        if text.count("(") != text.count(")"):
            message = (
                f"{fault.message}; there are {text.count('(')} opening brackets and {text.count(')')} closing ones"
            )
            raise NotUnderstood(message, fault.span, fault.help) from None
        raise fault from None


def read_assignments(text: str) -> Iterator[Assignment | Unclear]:
    """What the lines of an output cell record: each line that begins with a quotation mark."""
    start = 0
    for line in text.split("\n"):
        begins = line.lstrip("'’‘ ")
        if begins[:1] in tuple(_QUOTES) and any(sign in line for sign in _SIGNS):
            try:
                yield from parse_assignments(line)
            except NotUnderstood as fault:
                span = Span(start + fault.span.start, start + fault.span.end)
                element = re.split(f"[{_QUOTES}]", begins)[1]
                yield Unclear(" ".join(element.split()), line, NotUnderstood(fault.message, span, fault.help))
        start += len(line) + 1


def _list_starts(text: str) -> Iterator[int]:
    """Where the pseudocode of a text may begin: at once, or after one or more lines of prose."""
    yield 0
    at = text.find("\n")
    while at >= 0:
        yield at + 1
        following = text.find("\n", at + 1)
        if any(sign in text[at:following] for sign in _QUOTES + _SIGNS):
            return
        at = following
