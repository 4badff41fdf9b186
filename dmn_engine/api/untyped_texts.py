"""Notes on untyped texts that look like dates or numbers and are ordered as texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dmn_engine.compile.graph import Graph
from dmn_engine.diagnostics import Source
from dmn_engine.feel.types import ANY, ContextType, ListType, Type
from dmn_engine.feel.values import quote
from dmn_engine.model.data_dictionary import Value
from dmn_engine.records import RecordSchema

_LOOKS_ORDERED = re.compile(r"[+-]?[0-9][0-9\s.,:/'’%+-]*(?:[TtZzEe][0-9:.,+-]*)*|-?P[0-9TDHMSY.]+")
"""Texts of digits, with the signs and separators of dates, times and numbers, and durations."""


def note_untyped_texts(
    graph: Graph,
    names: Iterable[str],
    ordered: Mapping[str, Sequence[Source]],
    values: Mapping[str, Value],
    schema: RecordSchema,
) -> Iterator[str]:
    """One note for each such text of a record, with the first expression that may order it.

    `ordered` are the texts of a decision or function that order values of unknown type; `schema` has the types of the
    record's fields.
    """
    found = [
        (set(graph.list_required([name])), ordered[name][0]) for name in graph.list_required(names) if name in ordered
    ]
    fields = schema.dictionary.fields
    for name, value in values.items() if found else ():
        sources = [source for reads, source in found if name in reads]
        type_ = fields[name].type if name in fields else ANY
        for place, text in _list_texts(value, type_, name) if sources else ():
            yield _describe(place, text, sources[0])


def _describe(place: str, text: str, source: Source) -> str:
    expression = " ".join(source.text.split())
    return (
        f"{place}: {quote(text)} looks like a date or a number, and `{expression}` compares it as text, letter by "
        f"letter ({source.origin}); give the input a type"
    )


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
