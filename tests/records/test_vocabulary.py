"""The data dictionary of a record schema: fields with types and domains, shared outputs, impossible combinations."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from dmn_engine.feel.temporal import Date
from dmn_engine.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    NUMBER,
    STRING,
    YEARS_DURATION,
    ContextType,
    ListType,
    Type,
)
from dmn_engine.model.data_dictionary import DataDictionary, Domain, Field
from dmn_engine.records import (
    RecordSchema,
    UnreadableFile,
    build_vocabulary,
    load_vocabulary,
    parse_json,
    read_schema,
    type_record,
)
from dmn_engine.records.conversion import to_exact, to_value
from dmn_engine.records.documents import decode_text, read_text
from dmn_engine.records.schema_writing import write_record_schema

CASES = Path(__file__).parents[1] / "cases" / "records"

FIELDS: list[tuple[str, Type, Domain]] = [
    ('{"type": "string"}', STRING, Domain()),
    ('{"type": "string", "enum": ["a", "b"]}', STRING, Domain(("a", "b"))),
    ('{"enum": ["a", "b"]}', STRING, Domain(("a", "b"))),
    ('{"type": ["string", "null"], "enum": ["a", null]}', STRING, Domain(("a",))),
    ('{"const": "a"}', STRING, Domain(("a",))),
    ('{"oneOf": [{"const": 1, "title": "one"}, {"const": 2}]}', NUMBER, Domain((Decimal(1), Decimal(2)))),
    ('{"type": "boolean"}', BOOLEAN, Domain()),
    ('{"type": "boolean", "enum": [true]}', BOOLEAN, Domain((True,))),
    ('{"type": "number", "minimum": 0.1}', NUMBER, Domain(low=Decimal("0.1"))),
    ('{"type": "number", "exclusiveMinimum": 0, "maximum": 9}', NUMBER, Domain(None, Decimal(0), Decimal(9), False)),
    ('{"type": "number", "minimum": 0, "exclusiveMinimum": 0}', NUMBER, Domain(None, Decimal(0), low_closed=False)),
    ('{"type": "number", "maximum": 1, "exclusiveMaximum": 2}', NUMBER, Domain(high=Decimal(1))),
    ('{"type": "integer", "minimum": 0}', NUMBER, Domain(low=Decimal(0), integer=True)),
    ('{"type": ["integer"], "minimum": 0}', NUMBER, Domain(low=Decimal(0), integer=True)),
    ('{"type": ["integer", "null"]}', NUMBER, Domain(integer=True)),
    ('{"type": ["integer", "number"]}', NUMBER, Domain()),
    ('{"type": ["integer", "null"], "minimum": 0}', NUMBER, Domain(low=Decimal(0), integer=True)),
    ('{"type": ["integer", "number"], "minimum": 0}', NUMBER, Domain(low=Decimal(0))),
    ('{"type": "string", "format": "date"}', DATE, Domain()),
    ('{"type": "string", "format": "date", "enum": ["2025-01-31"]}', DATE, Domain((Date(2025, 1, 31),))),
    ('{"type": "string", "format": "date-time"}', DATE_TIME, Domain()),
    ('{"type": "string", "x-type": "years and months duration"}', YEARS_DURATION, Domain()),
    ('{"type": "array", "items": {"enum": ["a", "b"]}}', ListType(STRING), Domain(("a", "b"))),
    ('{"type": "array", "items": {"type": "number", "minimum": 1}}', ListType(NUMBER), Domain(low=Decimal(1))),
    ('{"type": "array"}', ListType(ANY), Domain()),
    ('{"type": "object", "properties": {"x": {"type": "number"}}}', ContextType((("x", NUMBER),)), Domain()),
    ('{"$ref": "#/$defs/grade"}', STRING, Domain(("G1", "G2"))),
    ("{}", ANY, Domain()),
    ("true", ANY, Domain()),
]  # fmt: skip


@pytest.mark.parametrize(("written", "type_", "domain"), FIELDS, ids=[item[0] for item in FIELDS])
def test_a_field_has_the_type_and_domain_of_its_schema(written: str, type_: Type, domain: Domain) -> None:
    text = f'{{"properties": {{"x": {written}}}, "$defs": {{"grade": {{"enum": ["G1", "G2"]}}}}}}'
    vocabulary, diagnostics = build_vocabulary(parse_json(text, "schema.json"))
    assert not diagnostics
    assert vocabulary.fields["x"].type == type_
    assert vocabulary.fields["x"].domain == domain


def test_a_field_keeps_its_words_and_default() -> None:
    written = {"title": "Age", "type": "integer", "x-unit": "years", "description": "Whole\n years.", "default": 0}
    text = json.dumps({"properties": {"age": written}, "$defs": {"outputs": {"properties": {"D": {"title": "Dose"}}}}})
    vocabulary, diagnostics = build_vocabulary(parse_json(text, "schema.json"))
    assert not diagnostics
    age = vocabulary.fields["age"]
    assert (age.title, age.unit, age.description) == ("Age", "years", "Whole years.")
    assert (age.default, age.has_default) == (Decimal(0), True)
    assert list(vocabulary.outputs) == ["Dose"]


def test_combinations_hold_for_feel_values() -> None:
    vocabulary, _ = load_vocabulary(CASES / "schema.json")
    needs, pregnant, bleeding = vocabulary.constraints
    assert needs.statement == "Weeks of pregnancy is given only together with Pregnant."
    assert [needs.holds(values) for values in ({}, {"weeks": Decimal(3)}, {"weeks": Decimal(3), "pregnant": True})] == [
        True,
        False,
        True,
    ]
    assert pregnant.fields == ("pregnant", "sex")
    assert pregnant.statement == "Only a female patient can be pregnant."
    assert not pregnant.holds({"pregnant": True, "sex": "male"})
    assert pregnant.holds({"pregnant": True, "sex": "female"})
    assert pregnant.holds({"pregnant": True})
    assert pregnant.holds({"pregnant": True, "sex": None})
    assert not bleeding.holds({"bleeding": True, "symptoms": ["pain"]})


def test_combinations_know_the_numbers_that_they_compare() -> None:
    text = """{"properties": {"a": {"title": "A", "type": "number"}, "b": {"title": "B", "type": "number"}},
      "allOf": [{"description": "No.", "if": {"properties": {"a": {"exclusiveMinimum": 3}}, "required": ["a"]},
                 "then": {"properties": {"b": {"anyOf": [{"maximum": 1.5}, {"enum": [7, 9]}]}}}}]}"""
    vocabulary, diagnostics = build_vocabulary(parse_json(text, "schema.json"))
    assert not diagnostics
    assert vocabulary.constraints[0].cuts == {"a": (Decimal(3),), "b": (Decimal("1.5"), Decimal(7), Decimal(9))}


COMBINATIONS: list[tuple[str, str, tuple[str, ...], dict[str, tuple[int, ...]]]] = [
    ('"not": {"description": "No both.", "required": ["a", "b"]}', "No both.", ("a", "b"), {}),
    (
        '"anyOf": [{"required": ["a"]}, {"properties": {"b": {"const": 2}}}]',
        "Not every combination of A and b is possible.",
        ("a", "b"),
        {"b": (2,)},
    ),
    (
        '"dependentSchemas": {"a": {"$comment": "With A, b is low.", "properties": {"b": {"maximum": 4}}}}',
        "With A, b is low.",
        ("a", "b"),
        {"b": (4,)},
    ),
    ('"allOf": [{"$ref": "#/$defs/rule"}]', "Rule.", ("a", "c"), {"a": (1, 6)}),
    ('"dependentRequired": {"a": ["b", "c"]}', "A is given only together with b and c.", ("a", "b", "c"), {}),
    ('"dependentRequired": {"a": []}', "Not every combination of A is possible.", ("a",), {}),
    ('"allOf": [{"$comment": "Two at most.", "maxProperties": 2}]', "Two at most.", ("a", "b", "c", "l"), {}),
    (
        '"oneOf": [{"properties": {"l": {"contains": {"const": 3}, "items": {"exclusiveMaximum": 9}}}}, {}]',
        "Not every combination of l is possible.",
        ("l",),
        {"l": (3, 9)},
    ),
    (
        '"allOf": [{"description": " ", "$comment": " In words. ", "required": ["c"], "else": {"required": ["b"]}}]',
        "In words.",
        ("c", "b"),
        {},
    ),
    (
        '"allOf": [{"title": "T", "description": "D", "properties": {"a": {"enum": [5, 4, null], "minimum": 4}}}]',
        "D",
        ("a",),
        {"a": (4, 5)},
    ),
]


@pytest.mark.parametrize(("written", "statement", "fields", "cuts"), COMBINATIONS, ids=[row[0] for row in COMBINATIONS])
def test_a_combination_has_its_words_fields_and_numbers(
    written: str, statement: str, fields: tuple[str, ...], cuts: dict[str, tuple[int, ...]]
) -> None:
    numbers = ", ".join(
        f'"{name}": {{"title": "{title}", "type": "number"}}' for name, title in (("a", "A"), ("b", "b"))
    )
    others = '"c": {"title": "c", "type": "boolean"}, "l": {"title": "l", "type": "array", "items": {"type": "number"}}'
    rule = """{"title": "Rule.", "if": {"properties": {"a": {"allOf": [{"minimum": 1}, {"$ref": "#/$defs/six"}]}},
      "required": ["a"]}, "then": {"required": ["c"]}}"""
    text = f'{{"properties": {{{numbers}, {others}}}, {written}, "$defs": {{"rule": {rule}, "six": {{"maximum": 6}}}}}}'
    vocabulary, diagnostics = build_vocabulary(parse_json(text, "schema.json"))
    assert [item.code for item in diagnostics if item.code != "rule-without-words"] == []
    assert ("rule-without-words" in [item.code for item in diagnostics]) == statement.startswith("Not every")
    (found,) = vocabulary.constraints
    assert (found.statement, found.fields, found.cuts) == (statement, fields, cuts)


def test_a_combination_may_stand_beside_the_properties() -> None:
    text = """{"properties": {"a": {"type": "boolean"}, "b": {"type": "boolean"}},
      "if": {"properties": {"a": {"const": true}}, "required": ["a"]}, "then": {"required": ["b"]},
      "else": {"properties": {"b": {"const": false}}}}"""
    vocabulary, diagnostics = build_vocabulary(parse_json(text, "schema.json"))
    assert [item.code for item in diagnostics] == ["rule-without-words"]
    (rule,) = vocabulary.constraints
    assert rule.fields == ("a", "b")
    records = ({"a": True, "b": True}, {"a": True}, {"a": False, "b": True}, {"a": False, "b": False})
    assert [rule.holds(record) for record in records] == [True, False, False, True]


def test_midnight_without_a_zone_is_a_date() -> None:
    text = '{"properties": {"day": {"type": "string", "format": "date"}}}'
    schema = RecordSchema(parse_json(text, "schema.json"))
    midnight = datetime.datetime(2025, 3, 1)
    assert type_record({"day": midnight}, schema).values == {"day": Date(2025, 3, 1)}
    for other in (midnight.replace(hour=1), midnight.replace(tzinfo=datetime.UTC)):
        assert type_record({"day": other}, schema).diagnostics


def test_a_value_of_another_form_than_its_type_stays_what_it_is() -> None:
    types = (ListType(NUMBER), ContextType((("x", NUMBER),)), STRING)
    assert [to_value(value, type_) for type_ in types for value in ("a", ["a"], {"x": "a"})] == [
        "a", ["a"], {"x": "a"}, "a", ["a"], {"x": "a"}, "a", ["a"], {"x": "a"}
    ]  # fmt: skip
    assert to_value(["2025-03-01"], ListType(DATE)) == [Date(2025, 3, 1)]
    assert to_value({"d": "2025-03-01", "e": "b"}, ContextType((("d", DATE),))) == {"d": Date(2025, 3, 1), "e": "b"}


@pytest.mark.parametrize(
    ("written", "nullable"),
    [
        ('"type": ["array", "null"]', True),
        ('"type": "array"', False),
        ('"type": ["array", "null"], "prefixItems": [true]', True),
        ('"type": "array", "prefixItems": [true]', False),
    ],
)
def test_null_is_a_value_where_the_type_names_it(written: str, nullable: bool) -> None:
    schema = RecordSchema(parse_json(f'{{"properties": {{"a": {{{written}}}}}}}', "schema.json"))
    assert schema.dictionary.fields["a"].nullable is nullable
    assert type_record({"a": None}, schema).values == ({"a": None} if nullable else {})


def test_a_schema_says_nothing_of_a_field_of_any_type() -> None:
    fields = {name: Field(name, name, ANY, domain) for name, domain in (("a", Domain()), ("b", Domain(("x",))))}
    written = json.loads(write_record_schema(DataDictionary(fields), "T"))["properties"]
    assert written == {"a": {"title": "a"}, "b": {"title": "b", "x-type": "Any", "enum": ["x"]}}


def test_a_record_is_not_judged_by_a_schema_with_errors() -> None:
    schema = RecordSchema(parse_json('{"properties": {"a": {"type": "integr"}}}', "schema.json"))
    typed = type_record({"a": 1}, schema)
    assert (typed.values, [item.code for item in typed.diagnostics]) == ({}, ["malformed-schema"])


def test_a_label_is_not_a_field() -> None:
    schema = RecordSchema(parse_json('{"properties": {"a": {"type": "number"}}}', "schema.json"))
    typed = type_record({"a": 1, "#Name": "A. B."}, schema)
    assert (typed.values, typed.diagnostics) == ({"a": Decimal(1)}, ())


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    for name, shown in (("", str(tmp_path / "x.json")), ("x.json", "x.json")):
        with pytest.raises(UnreadableFile, match=r"^cannot be read: no such file or directory$") as fault:
            read_text(tmp_path / "x.json", name)
        assert str(fault.value.diagnostic.source.origin) == shown
    (tmp_path / "x.json").write_bytes(b"\xef\xbb\xbf1\n2\xff")
    with pytest.raises(UnreadableFile, match=r"^the file is not UTF-8 \(byte 0xff is invalid\)$") as fault:
        read_text(tmp_path / "x.json")
    assert str(fault.value.diagnostic.source.origin) == f"{tmp_path / 'x.json'}:2"
    (tmp_path / "x.json").write_bytes(b"\xef\xbb\xbf1")
    assert read_text(tmp_path / "x.json") == "1"
    with pytest.raises(UnreadableFile) as fault:
        decode_text(b"\xff", "x.json", 7)
    assert str(fault.value.diagnostic.source.origin) == "x.json:7"


def test_an_object_that_is_no_value_stays_what_it_is() -> None:
    other = object()
    assert to_exact(other) is other


def test_the_schemas_of_the_engine_are_sound() -> None:
    from dmn_engine.records.schema_errors import find_schema_errors
    from dmn_engine.records.schemas import bundle_schema

    for name in ("patient", "decision-table", "workbook", "about", "test-case", "result"):
        bundled = bundle_schema(name)
        assert find_schema_errors(replace(read_schema(name), value=bundled)) == ()
        assert isinstance(bundled, dict) and bundled["$id"] == f"{name}.schema.json"
        assert str(bundled).count("'$id'") == 1
    assert build_vocabulary(read_schema("patient"))[1] == ()


def test_a_valid_record_needs_no_import_of_jsonschema() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from pathlib import Path; from dmn_engine.records import *; "
        f"schema = load_record_schema(Path({str(CASES / 'schema.json')!r})); "
        "assert not type_record({'age': 60, 'Sex': 'female'}, schema).diagnostics; "
        "sys.exit('jsonschema' in sys.modules or 'pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=CASES.parents[2], check=False).returncode == 0
