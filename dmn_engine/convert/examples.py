"""The examples of a foreign workbook as rows of a sheet Tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from dmn_engine.diagnostics import Diagnostic, Diagnostics, Origin, Source
from dmn_engine.model.data_dictionary import Value, Vocabulary
from dmn_engine.model.value_text import show_value
from dmn_engine.model.workbook_source import CellSource, ExampleSource, LabelledCell

if TYPE_CHECKING:
    from dmn_engine.layouts import ForeignExample


def read_examples(
    examples: Iterable[ForeignExample], vocabulary: Vocabulary
) -> tuple[tuple[ExampleSource, ...], Sequence[Diagnostic]]:
    """The examples as rows of a sheet Tests, with a diagnostic for each value that a cell cannot represent."""
    found = Diagnostics()
    taken: dict[str, int] = {}
    rows = []
    for example in examples:
        if not example.expected:
            message = f"the example `{example.name}` expects nothing, and is left out"
            found.warning("not-held", message, Source("", example.origin))
            continue
        taken[example.name] = taken.get(example.name, 0) + 1
        count = taken[example.name]
        name = example.name if count == 1 else f"{example.name} ({count})"
        rows.append(
            ExampleSource(
                CellSource(Source(name, example.origin)),
                _write_values(example.inputs, example.origin, vocabulary, found),
                _write_values(example.expected, example.origin, None, found),
            )
        )
    return tuple(rows), found.items


def _write_values(
    values: Mapping[str, Value], origin: Origin, vocabulary: Vocabulary | None, found: Diagnostics
) -> tuple[LabelledCell, ...]:
    cells = []
    for name, value in values.items():
        field = vocabulary.find(name) if vocabulary else None
        if not _is_writable(value):
            message = f"the value of `{name}` in this example cannot be written in a cell, and is omitted"
            found.warning("not-held", message, Source("", origin))
            continue
        label = CellSource(Source(field.title if field else name, origin))
        cells.append(LabelledCell(label, CellSource(Source(show_value(value), origin))))
    return tuple(cells)


def _is_writable(value: Value) -> bool:
    """Whether a cell can represent the value."""
    return all(map(_is_writable, value)) if isinstance(value, list) else value != "" and not isinstance(value, dict)
