"""Mark errors that follow from a missing or unreadable workbook.

Where a table is missing, every cell that names its decision is an error, in files that did not change. The cause is the
file that cannot be read; or, if there is none, the first cell with the name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dmn_engine.diagnostics import CellRef, Diagnostic, LineRef, Severity, sort_key
from dmn_engine.model.cell_text import fold_label

_CODES = ("unknown-decision", "unknown-label", "unknown-name")
"""Errors of cells that name what is not there, the clearest first."""

_LAST_SHEETS = ("safety", "tests")


def suspect_workbook(name: str) -> str:
    """The help where a decision is missing. It lists no others: what is similar may be for other patients."""
    return f"is the workbook that decides `{name}` missing? Put it back, or correct the name"


def mark_consequences(items: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics, each that follows from another one with the place of that one."""
    unreadable = next((item for item in items if is_unreadable(item)), None)
    if unreadable is not None:
        place = str(unreadable.source.origin)
        return [replace(item, follows=place) if item.code in (*_CODES, "unknown-output") else item for item in items]
    causes = dict(_list_causes(items))
    counts = dict.fromkeys(causes, 0)
    marked = []
    for item in items:
        name = _find_name(item, causes)
        if name is not None and item != causes[name]:
            counts[name] += 1
            item = replace(item, follows=str(causes[name].source.origin))
        marked.append(item)
    explained = {cause: name for name, cause in causes.items() if counts[name]}
    return [_explain(item, item.source.text.strip()) if item in explained else item for item in marked]


def is_unreadable(item: Diagnostic) -> bool:
    """Whether an error is one of a file as a whole, of which nothing was read."""
    origin = item.source.origin
    is_whole = (isinstance(origin, CellRef) and not origin.sheet) or (
        isinstance(origin, LineRef) and not origin.element
    )
    return item.severity is Severity.ERROR and (is_whole or isinstance(origin, str))


def _list_causes(items: Sequence[Diagnostic]) -> Iterator[tuple[str, Diagnostic]]:
    """The first error of each name that a cell gives as a whole, in the sheets of tables before others."""
    ordered = sorted((item for item in items if item.code in _CODES), key=_order)
    seen: set[str] = set()
    for item in ordered:
        name = fold_label(_read_name(item))
        if name not in seen:
            seen.add(name)
            yield name, item


def _find_name(item: Diagnostic, causes: dict[str, Diagnostic]) -> str | None:
    """The missing name of an error: its own, or the longest of a cause that its cell contains."""
    if item.code not in _CODES:
        return None
    text = fold_label(item.source.text)
    inside = [name for name, cause in causes.items() if cause.code != _CODES[-1] and name and name in text]
    own = fold_label(_read_name(item))
    return max(inside, key=len) if inside else own if own in causes else None


def _read_name(item: Diagnostic) -> str:
    span = item.span
    return item.source.text if span is None else item.source.text[span.start : span.end]


def _order(item: Diagnostic) -> tuple[object, ...]:
    origin = item.source.origin
    is_last = isinstance(origin, CellRef) and fold_label(origin.sheet) in _LAST_SHEETS
    return (is_last, _CODES.index(item.code), *sort_key(item))


def _explain(item: Diagnostic, name: str) -> Diagnostic:
    """The cause with help for a missing workbook, unless it offers a name."""
    if item.help.startswith("did you mean"):
        return item
    return replace(item, help=suspect_workbook(name))
