"""Basis, sources and notes of the rules of a model, from their annotations and outputs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from dmn_engine.feel.syntax import StringLiteral
from dmn_engine.model.decision_table import DecisionTable, Rule


def annotate_rule(table: DecisionTable, rule: Rule) -> Rule:
    """The rule with the basis, sources and note that its annotations state."""
    basis, sources, note = _read_annotations(table, rule)
    return replace(rule, basis=basis, sources=sources, note=note)


def _read_annotations(table: DecisionTable, rule: Rule) -> tuple[str, tuple[str, ...], str]:
    """Basis, sources and note of a rule, from its annotations; basis and source may also be outputs.

    An annotation with any other name is added to the note, under its name.
    """
    basis, sources, notes = "", [], []
    for name, text in (*_list_annotations(table, rule), *_list_stated(table, rule)):
        match name.casefold():
            case _ if not text:
                continue
            case "basis":
                basis = text
            case "source" | "sources":
                sources += _split_sources(text)
            case "note" | "":
                notes.append(text)
            case _:
                notes.append(f"{name}: {text}")
    return basis, tuple(sources), "; ".join(notes)


def _list_annotations(table: DecisionTable, rule: Rule) -> Iterator[tuple[str, str]]:
    for place, cell in enumerate(rule.annotations):
        name = table.annotations[place] if place < len(table.annotations) else ""
        yield name.strip(), cell.text.strip()


def _list_stated(table: DecisionTable, rule: Rule) -> Iterator[tuple[str, str]]:
    """The basis and source that a rule gives as outputs."""
    for column, cell in zip(table.outputs, rule.outputs, strict=True):
        name = column.label.strip()
        if name.casefold() in ("basis", "source") and isinstance(cell.expression, StringLiteral):
            yield name, cell.expression.value.strip()


def _split_sources(text: str) -> list[str]:
    """The reference ids in `[1,2]` or `[1], [2]`; any other text is one source."""
    if not _CITED.fullmatch(text):
        return [text]
    return [part.strip() for part in re.split(r"[\[\],]", text) if part.strip()]


_CITED = re.compile(r"(\[[^\[\]]+\][\s,]*)+")
