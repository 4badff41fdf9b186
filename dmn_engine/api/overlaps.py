"""Read Unique tables as First, for models whose author meant the first matching rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

from dmn_engine.diagnostics import Diagnostic, Diagnostics, Source
from dmn_engine.model.boxed_expressions import TableExpression
from dmn_engine.model.decision_table import HitPolicy
from dmn_engine.model.definitions import BusinessKnowledgeModel, Decision, Definitions

NOTE = "tables that say Unique are read as First (--overlaps first): of several rules that match, the first one counts"

Part = TypeVar("Part")


def take_first(models: Sequence[Definitions]) -> tuple[list[Definitions], tuple[Diagnostic, ...]]:
    """The models with every Unique table changed to First, and a note for each changed table."""
    notes = Diagnostics()
    changed = [
        replace(
            model,
            decisions=tuple(_change_element(item, notes) for item in model.decisions),
            knowledge_models=tuple(_change_element(item, notes) for item in model.knowledge_models),
        )
        for model in models
    ]
    return changed, notes.sorted()


Element = TypeVar("Element", Decision, BusinessKnowledgeModel)


def _change_element(element: Element, notes: Diagnostics) -> Element:
    for table in _list_tables(element.logic):
        if table.hit_policy is HitPolicy.UNIQUE:
            message = f"{element.name}: the table says Unique and is read as First, as was asked for"
            notes.note("read-as-first", message, Source("", table.origin))
    return replace(element, logic=_change(element.logic))


def _list_tables(part: object) -> Iterator[TableExpression]:
    if isinstance(part, TableExpression):
        yield part
    if isinstance(part, tuple):
        for item in part:
            yield from _list_tables(item)
    elif is_dataclass(part):
        for item in fields(part):
            yield from _list_tables(getattr(part, item.name))


def _change(part: Part) -> Part:
    """The part with every table in it changed; a part without a table is returned unchanged."""
    if isinstance(part, TableExpression) and part.hit_policy is HitPolicy.UNIQUE:
        return replace(part, hit_policy=HitPolicy.FIRST)
    if isinstance(part, tuple):
        items = tuple(map(_change, part))
        return part if all(new is old for new, old in zip(items, part, strict=True)) else items  # type: ignore[return-value]  # a tuple of the same parts
    if is_dataclass(part) and not isinstance(part, type):
        old = {item.name: getattr(part, item.name) for item in fields(part)}
        new = {name: _change(value) for name, value in old.items()}
        differing = {name: value for name, value in new.items() if value is not old[name]}
        return replace(part, **differing) if differing else part
    return part
