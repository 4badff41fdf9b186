"""Standard input: one JSON text, or one record a line; and Python values of any kind as records."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from pathlib import Path

import numpy
import pytest

from dmn_engine.feel.temporal import Date
from dmn_engine.formats.tabular.reading import read_stream
from dmn_engine.records import RecordSchema, UnreadableFile, load_record_schema, type_record

CASES = Path(__file__).parents[1] / "cases" / "records"


@pytest.fixture(scope="module")
def schema() -> RecordSchema:
    return load_record_schema(CASES / "schema.json", "schema.json")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"age": 60}', ["stdin:1 60"]),
        ('{"age": 60}\n{"age": 61}\n', ["stdin:1 60", "stdin:2 61"]),
        ('\n\n{"age": 60}\n\n{"age": 61}', ["stdin:3 60", "stdin:5 61"]),
        ('{\n "age": 60\n}\n', ["stdin 60"]),
        ('[{"age": 60}]', ["stdin:1 /0 60"]),
        ('\n[\n{"age": 60},\n{"age": 61}\n]\n', ["stdin:3 /0 60", "stdin:4 /1 61"]),
        ('\ufeff{"age": 60}\n', ["stdin:1 60"]),
        ("[]", []),
    ],
)
def test_a_stream_is_told_by_its_first_line(content: str, expected: list[str], schema: RecordSchema) -> None:
    records = read_stream(io.BytesIO(content.encode()))
    assert [f"{record.origin} {record.type(schema).values['age']}" for record in records] == expected


def test_a_stream_of_nothing_is_one_error() -> None:
    with pytest.raises(UnreadableFile, match="the file is empty"):
        list(read_stream(io.BytesIO(b" \n")))


def test_python_values_are_taken(schema: RecordSchema) -> None:
    record = {
        "age": numpy.int64(60),
        "weight_kg": numpy.float32(61.1),
        "creatinine": 0.3,
        "bleeding": numpy.bool_(False),
        "symptoms": ("pain",),
        "diagnosed_on": datetime.date(2024, 2, 29),
        "seen_at": datetime.datetime(2025, 1, 31, 9, 30),
    }
    typed = type_record(record, schema)
    assert not typed.diagnostics
    assert typed.values["age"] == Decimal(60)
    assert typed.values["weight_kg"] == Decimal("61.1")
    assert typed.values["creatinine"] == Decimal("0.3")
    assert typed.values["bleeding"] is False
    assert typed.values["symptoms"] == ["pain"]
    assert typed.values["diagnosed_on"] == Date(2024, 2, 29)
    assert type_record(typed.values, schema).values == typed.values


@pytest.mark.parametrize(
    "value",
    [object(), 1j, b"60", {"a"}, {1: 2}, float("nan"), Decimal("sNaN"), lambda: 1, [object()], numpy.array([1])],
)
def test_python_values_that_mean_nothing_are_faults(value: object, schema: RecordSchema) -> None:
    for name in ("age", "sex", "diagnosed_on"):
        assert type_record({name: value}, schema).has_errors
    assert type_record({value if isinstance(value, bytes) else 5: 1}, schema).has_errors
