"""Notes on untyped texts that look like dates or numbers and are ordered as texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from dmn_engine.compile.definitions import CompiledModel
from dmn_engine.compile.requirement_graph import Node
from dmn_engine.diagnostics import Source
from dmn_engine.feel.types import ANY, ContextType, ListType, Type
from dmn_engine.feel.values import quote
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.definitions import InputData

_LOOKS_ORDERED = re.compile(r"[+-]?[0-9][0-9\s.,:/'’%+-]*(?:[TtZzEe][0-9:.,+-]*)*|-?P[0-9TDHMSY.]+")
"""Texts of digits, with the signs and separators of dates, times and numbers, and durations."""


def note_untyped_texts(
    model: CompiledModel, reached: Iterable[Node], values: Mapping[str, Value], types: Mapping[str, Type]
) -> Iterator[str]:
    """One note for each such text of a record, with the first expression that may order it.

    `reached` are the nodes that the evaluation comes to, `types` those of the record's fields.
    """
    ordered = [(node, source) for node in reached for source in model.ordered.get(node, ())[:1]]
    for name, value in values.items() if ordered else ():
        sources = [source for node, source in ordered if name in _list_inputs(model, node)]
        for place, text in _list_texts(value, types.get(name, ANY), name) if sources else ():
            yield _describe(place, text, sources[0])


def _describe(place: str, text: str, source: Source) -> str:
    expression = " ".join(source.text.split())
    return (
        f"{place}: {quote(text)} looks like a date or a number, and `{expression}` compares it as text, letter by "
        f"letter ({source.origin}); give the input a type"
    )


def _list_inputs(model: CompiledModel, node: Node) -> set[str]:
    """The names in a record of the inputs that the node depends on; for an imported model, the name of the import."""
    pending, seen, names = [node], {node}, set(model.undeclared.get(node, ()))
    while pending:
        for requirement in pending.pop().requires:
            required = requirement.node
            names |= {requirement.prefix, *model.undeclared.get(required, ())}
            if isinstance(required.element, InputData):
                names |= {required.name, required.element.name}
            if required not in seen:
                seen.add(required)
                pending.append(required)
    return names


def _list_texts(value: Value, type_: Type, place: str) -> Iterator[tuple[str, str]]:
    """The texts in a value that no type describes and that look like dates or numbers, each with its place."""
    if isinstance(value, str):
        if type_ == ANY and _LOOKS_ORDERED.fullmatch(value.strip()):
            yield place, value
    elif isinstance(value, list):
        item = type_.item if isinstance(type_, ListType) else ANY
        for number, part in enumerate(value, 1):
            yield from _list_texts(part, item, f"{place}[{number}]")
    elif isinstance(value, dict):
        members = type_ if isinstance(type_, ContextType) else ContextType()
        for name, part in value.items():
            yield from _list_texts(part, members.member(name) or ANY, f"{place}.{name}")
