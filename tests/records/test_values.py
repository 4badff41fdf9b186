"""Values of Python and JSON in both directions, and the lines of the values of a document."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal
from pathlib import Path

import numpy
import pytest

from dmn_engine.feel import evaluate
from dmn_engine.feel.temporal import Date
from dmn_engine.feel.types import ANY, DATE, STRING
from dmn_engine.model.result import EvaluationError
from dmn_engine.model.unknown import ErrorValue, Unknown
from dmn_engine.records import RecordSchema, UnreadableFile, parse_json, type_record
from dmn_engine.records.conversion import to_exact, to_json, to_value
from dmn_engine.records.documents import read_document
from dmn_engine.records.predicate import freeze_json, is_integer, is_multiple, is_number

EXACT: list[tuple[object, object]] = [
    (3, Decimal(3)),
    (True, True),
    (0.1, Decimal("0.1")),
    ((1, 0.5), [Decimal(1), Decimal("0.5")]),
    ({1: {2}}, {"1": [Decimal(2)]}),
    (numpy.int64(3), Decimal(3)),
    (numpy.uint8(3), Decimal(3)),
    (numpy.float32(0.1), Decimal("0.1")),
    (numpy.bool_(True), True),
    (numpy.array([1, 2]), [Decimal(1), Decimal(2)]),
    (numpy.array(["a"], dtype=object), ["a"]),
    (numpy.datetime64("2024-02-29"), "2024-02-29"),
    (numpy.datetime64("NaT"), "NaT"),
    (datetime.date(2024, 2, 29), "2024-02-29"),
    (datetime.datetime(2024, 2, 29, 13, 5), "2024-02-29T13:05:00"),
    (datetime.time(13, 5), "13:05:00"),
    (datetime.timedelta(days=2, hours=3), "P2DT3H"),
    (Date(2024, 2, 29), "2024-02-29"),
]


@pytest.mark.parametrize(("value", "exact"), EXACT, ids=[repr(value) for value, _ in EXACT])
def test_a_python_value_is_exact(value: object, exact: object) -> None:
    found = to_exact(value)
    assert found == exact
    assert isinstance(found, bool) == isinstance(exact, bool)


def test_what_is_not_finite_stays_a_float() -> None:
    for value in (math.nan, math.inf, numpy.float64("-inf"), numpy.float32("nan")):
        found = to_exact(value)
        assert type(found) is float and not math.isfinite(found)


def test_a_date_that_was_given_as_one_keeps_its_value_only_where_any_type_is_allowed() -> None:
    given = to_exact(datetime.date(2024, 2, 29))
    assert to_value(given, ANY) == to_value(given, DATE) == Date(2024, 2, 29)
    assert type(to_value(given, STRING)) is str


JSON: list[tuple[object, object]] = [
    (None, None),
    (True, True),
    (Decimal(2**53), 2**53),
    (Decimal(-(2**53)), -(2**53)),
    (Decimal(2**53 + 1), "9007199254740993"),
    (Decimal(2**53 + 2), 9007199254740994.0),
    (Decimal("2.0"), 2),
    (Decimal("0.1"), 0.1),
    (Decimal("0.12345678901234567890"), "0.12345678901234567890"),
    (Decimal("1E+400"), "1E+400"),
    ([Date(2024, 2, 29), {"a": Decimal(1)}], ["2024-02-29", {"a": 1}]),
    (Unknown(("age", "sex")), {"status": "undetermined", "needs": ["age", "sex"]}),
    (ErrorValue((EvaluationError("no", "x"),)), {"status": "error", "errors": ["no"]}),
    (evaluate("[1..2)"), "[1..2)"),
]


@pytest.mark.parametrize(("value", "written"), JSON, ids=[repr(value) for value, _ in JSON])
def test_a_value_is_json_without_loss(value: object, written: object) -> None:
    found = to_json(value)
    assert (found, type(found)) == (written, type(written))


def test_equal_json_values_have_equal_keys() -> None:
    assert freeze_json(Decimal("2.0")) == freeze_json(Decimal(2))
    assert freeze_json([{"b": None, "a": [True]}]) == freeze_json([{"a": [True], "b": None}])
    different = [True, Decimal(1), "1", None, False, Decimal(0), [], [[]], {}, {"a": None}, {"a": False}]
    assert len(set(map(freeze_json, different))) == len(different)


def test_a_value_that_is_none_of_json_is_named() -> None:
    schema = RecordSchema(parse_json('{"properties": {"a": {"title": "A", "enum": ["x"]}}}', "schema.json"))
    (found,) = type_record({"a": bytearray(b"x")}, schema).diagnostics
    assert found.message == "A: bytearray(b'x') is not listed; allowed is \"x\""
    schema = RecordSchema(parse_json('{"properties": {"a": {"title": "A", "type": "string"}}}', "schema.json"))
    (found,) = type_record({"a": b"x"}, schema).diagnostics
    assert found.message == "A: b'x' is a Python bytes; allowed is text"


def test_numbers_of_decimal128() -> None:
    digits = "1234567890123456789012345678901234"
    for text, expected in ((digits, True), (digits + "5", False), (digits + "0", True), ("1E+6144", True)):
        assert is_number(Decimal(text)) is expected, text
    for text in ("1E+6145", "1E-6177", "NaN", "Infinity"):
        assert not is_number(Decimal(text)), text
    assert not is_number(True) and not is_number(1)
    assert is_integer(Decimal("2.0")) and not is_integer(Decimal("2.5")) and not is_integer(True)
    assert is_multiple(Decimal("0.3"), Decimal("0.1")) and not is_multiple(Decimal("0.25"), Decimal("0.1"))
    assert is_multiple(Decimal(0), Decimal(3)) and not is_multiple(Decimal(1), Decimal(0))


TEXT = """{
 "a": [
  1, [],
  {"b": 2,
   "c/~d": [
    [], {"x":
     "y,\\"{"}, [5,
   6]]}
 ],
 "e": "x:\\\\", "f": {}
}"""
LINES = {
    "/a": 2,
    "/a/0": 3,
    "/a/1": 3,
    "/a/2": 4,
    "/a/2/b": 4,
    "/a/2/c~1~0d": 5,
    "/a/2/c~1~0d/0": 6,
    "/a/2/c~1~0d/1": 6,
    "/a/2/c~1~0d/1/x": 6,
    "/a/2/c~1~0d/2": 7,
    "/a/2/c~1~0d/2/0": 7,
    "/a/2/c~1~0d/2/1": 8,
    "/e": 10,
    "/f": 10,
    "/f/nothing": 10,
    "/a/0/1/2": 3,
    "/a/7": 2,
    "/nothing": 1,
}


def test_the_line_of_each_value() -> None:
    document = parse_json(TEXT, "x.json")
    assert {pointer: document.place(pointer).line for pointer in LINES} == LINES
    assert str(document.place("")) == "x.json"
    later = parse_json(TEXT, "x.ndjson", 5)
    assert {pointer: later.place(pointer).line - 4 for pointer in LINES} == LINES
    assert later.place("").line == 5


def test_a_name_twice_in_an_inner_object_has_both_lines() -> None:
    document = parse_json('{"a": [{"n": 1}, {"n": 1,\n "m": {"n": 2},\n "n": 3}],\n "n": 4}', "x.json")
    (fault,) = document.errors
    assert (fault.message, str(fault.source.origin)) == ('"n" is given twice (line 1 and line 3)', "x.json:3 /a/1/n")


def test_a_document_is_named_by_its_path_where_no_name_is_given(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text('{"a": 1}', encoding="utf-8")
    assert (read_document(file).file, read_document(file, "shown").file) == (str(file), "shown")
    file.write_text('{"a":\n 1', encoding="utf-8")
    with pytest.raises(UnreadableFile) as fault:
        read_document(file, "shown")
    assert str(fault.value.diagnostic.source.origin) == "shown:2"
