"""The sheet `Safety`: conditions that must hold for every possible patient."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dmn_engine.diagnostics import Diagnostics, Span, nearest_name, offer
from dmn_engine.feel.types import ANY, BOOLEAN
from dmn_engine.model.cell_text import fold_label
from dmn_engine.model.decision_table import SafetyProperty
from dmn_engine.model.workbook_source import SafetySource, WorkbookSource
from dmn_engine.workbook.cells.reading import Scope, name_type
from dmn_engine.workbook.columns import Names

_INDEPENDENT = re.compile(r"\s*:\s*independent(?:\s+of)?\b\s*(.*?)\s*", re.IGNORECASE | re.DOTALL)


def build_safety(
    workbooks: Sequence[WorkbookSource], names: Names, scope: Scope, found: Diagnostics
) -> Iterator[SafetyProperty]:
    """The properties that have no error: a FEEL condition, or `:independent FIELD`."""
    seen: dict[str, SafetySource] = {}
    for source in (source for workbook in workbooks for source in workbook.safety):
        folded = fold_label(source.id.text)
        if folded and folded in seen:
            found.error(
                "duplicate-property",
                f"the property `{source.id.text}` appears twice",
                source.id.source,
                related=((seen[folded].id.source, "the first one"),),
                help="give each property a name of its own",
            )
            continue
        seen[folded] = source
        property_ = _build_property(source, names, scope, found)
        if property_ is not None:
            yield property_


def _build_property(source: SafetySource, names: Names, scope: Scope, found: Diagnostics) -> SafetyProperty | None:
    cell = source.condition
    id_, statement, rationale = source.id.text, source.statement.text, source.rationale.text
    if not cell.text.strip():
        found.error(
            "empty-condition",
            f"the safety property {id_} has no condition",
            cell.source,
            help="write a FEEL condition, or `:independent` and a field",
        )
        return None
    if independent := _INDEPENDENT.fullmatch(cell.text):
        if not independent[1]:
            help = "write the title or name of a field after it"
            found.error("missing-field", "`:independent` names no field", cell.source, help=help)
            return None
        item = names.find_field(independent[1])
        if item is not None:
            return SafetyProperty(id_, statement, None, cell, rationale, item.name)
        near = nearest_name(independent[1], names.dictionary.labels())
        found.error(
            "unknown-field",
            f"`{independent[1]}` is not a field of the data dictionary",
            cell.source,
            Span(*independent.span(1)),
            help=offer(near, "write the title or name of a field"),
        )
        return None
    read = scope.read_expression(cell.source, found)
    if read is None:
        return None
    condition, type_ = read
    if type_ not in (BOOLEAN, ANY):
        found.error(
            "not-a-condition",
            f"this gives {name_type(type_)}, and a safety property must be yes or no",
            cell.source,
            condition.span,
            help="write a comparison, such as `x = y` or `not(x)`",
        )
        return None
    return SafetyProperty(id_, statement, condition, cell, rationale)
