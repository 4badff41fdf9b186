"""Law: the schema that is written for a vocabulary loads as the same fields and outputs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from dmn_engine.feel.temporal import parse_date
from dmn_engine.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    NUMBER,
    STRING,
    TIME,
    YEARS_DURATION,
    ContextType,
    ListType,
)
from dmn_engine.model.data_dictionary import DataDictionary, Domain, Field
from dmn_engine.records import build_vocabulary, parse_json, read_schema
from dmn_engine.records.schema_writing import write_record_schema

_WORDS = st.from_regex(r"[A-Z][a-z]{1,6}( [a-z]{1,6})?", fullmatch=True)
_NUMBERS = st.integers(-100, 100).map(Decimal) | st.decimals(-100, 100, places=2)


@st.composite
def _ranges(draw: st.DrawFn) -> Domain:
    low, high = sorted((draw(_NUMBERS), draw(_NUMBERS)))
    bounds = Domain(None, low, high + 1, draw(st.booleans()), draw(st.booleans()), draw(st.booleans()))
    return draw(st.sampled_from([bounds, replace(bounds, low=None, low_closed=True), Domain(integer=True), Domain()]))


_LISTED = st.lists(_WORDS, min_size=1, max_size=4, unique=True).map(lambda words: Domain(tuple(words)))
_DATES = st.just(Domain()) | st.just(Domain((parse_date("2024-02-29"), parse_date("2025-01-01"))))
_TYPED = st.one_of(
    st.tuples(st.just(STRING), _LISTED | st.just(Domain())),
    st.tuples(st.just(NUMBER), _ranges()),
    st.tuples(st.just(DATE), _DATES),
    st.tuples(st.just(ANY), _LISTED | st.just(Domain())),
    st.tuples(st.sampled_from([BOOLEAN, TIME, DATE_TIME, DAYS_DURATION, YEARS_DURATION]), st.just(Domain())),
    st.tuples(st.just(ContextType((("a", NUMBER), ("b", ListType(DATE))))), st.just(Domain())),
)
_COLUMNS = _TYPED | _TYPED.map(lambda pair: (ListType(pair[0]), pair[1]))


@st.composite
def _vocabularies(draw: st.DrawFn) -> DataDictionary:
    names = draw(st.lists(_WORDS, min_size=1, max_size=5, unique_by=str.casefold))
    fields = []
    for name in names:
        type_, domain = draw(_COLUMNS)
        default = (
            domain.values[0] if domain.values and not isinstance(type_, ListType) and draw(st.booleans()) else None
        )
        description, unit = draw(st.sampled_from(["", "In words."])), draw(st.sampled_from(["", "mg"]))
        distinct, nullable = isinstance(type_, ListType) and draw(st.booleans()), type_ != ANY and draw(st.booleans())
        written = Field(name, name, type_, domain, description, unit, default, default is not None, distinct, nullable)
        fields.append(written)
    half = len(fields) // 2
    return DataDictionary({item.name: item for item in fields[half:]}, {item.title: item for item in fields[:half]})


@given(vocabulary=_vocabularies())
@settings(max_examples=100, deadline=None)
def test_a_written_schema_loads_as_the_same_vocabulary(vocabulary: DataDictionary) -> None:
    loaded, diagnostics = build_vocabulary(parse_json(write_record_schema(vocabulary, "Records"), "x.schema.json"))
    assert diagnostics == ()
    assert loaded.fields == vocabulary.fields
    assert loaded.outputs == vocabulary.outputs


def test_the_data_dictionary_but_for_its_combinations() -> None:
    vocabulary, _ = build_vocabulary(read_schema("patient"))
    loaded, diagnostics = build_vocabulary(parse_json(write_record_schema(vocabulary, "Patient"), "x.schema.json"))
    assert diagnostics == ()
    assert (loaded.fields, loaded.outputs) == (vocabulary.fields, vocabulary.outputs)
