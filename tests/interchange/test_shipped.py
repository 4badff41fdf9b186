"""The shipped tables as a model and back, also through a file: the same structure and the same answers."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from random import Random

import pytest
from lxml import etree

from dmn_engine.compile.definitions import compile_definitions
from dmn_engine.compile.graph import Graph
from dmn_engine.compile.model_graph import build_graph
from dmn_engine.convert.interchange import Imported, to_definitions, to_tables
from dmn_engine.diagnostics import Severity
from dmn_engine.evaluate.evaluation import Evaluation
from dmn_engine.evaluate.model_values import evaluate_element
from dmn_engine.feel.values import from_python
from dmn_engine.formats.dmn_xml import read_text, write_definitions
from dmn_engine.loading import load_schema, load_workbooks
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import Tables
from dmn_engine.model.definitions import Definitions
from dmn_engine.workbook import build_tables
from tests.interchange.comparing import describe_field, describe_tables, without_places
from tests.interchange.sampling import draw_records

ROOT = Path(__file__).parents[2]
SCHEMA = Path(os.environ.get("DMN_TCK", ROOT / ".." / "shared" / "tck")) / "DMN15.xsd"
FILES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tables").rglob("*.xlsx"))
PARTS = [None, *FILES]
NAMES = ["all", *FILES]


@cache
def load_shipped() -> Tables:
    schema = load_schema(ROOT / "tables", ROOT / "schemas")
    books = list(load_workbooks(ROOT / "tables"))
    return build_tables(books, schema.dictionary)


@cache
def convert(file: str | None) -> Definitions:
    files = None if file is None else [shown for shown in load_shipped().workbooks if shown.endswith(file)]
    definitions, found = to_definitions(load_shipped(), name="Tables", namespace="urn:tables", files=files)
    assert all(item.severity is not Severity.ERROR for item in found)
    return definitions


@cache
def bring_back(file: str | None) -> tuple[Imported, Tables]:
    imported = to_tables(read_text(write_definitions(convert(file)), "tables.dmn"))
    return imported, build_tables([imported.workbook], imported.dictionary)


@pytest.mark.parametrize("file", PARTS, ids=NAMES)
def test_a_written_model_reads_as_it_was(file: str | None) -> None:
    definitions = convert(file)
    read = read_text(write_definitions(definitions), "tables.dmn")
    assert not read.diagnostics
    assert without_places(read) == without_places(definitions)


def test_the_model_satisfies_the_standards_schema() -> None:
    if not SCHEMA.is_file():
        pytest.skip("the schema of DMN 1.5 is not here")
    etree.XMLSchema(etree.parse(str(SCHEMA))).assertValid(etree.fromstring(write_definitions(convert(None))))


@pytest.mark.parametrize("file", PARTS, ids=NAMES)
def test_the_model_compiles_without_remark(file: str | None) -> None:
    assert not compile_definitions(convert(file)).diagnostics


@pytest.mark.parametrize("file", PARTS, ids=NAMES)
def test_tables_come_back_as_they_were(file: str | None) -> None:
    shipped = load_shipped()
    imported, tables = bring_back(file)
    assert [item.code for item in imported.diagnostics] == ([] if file else ["several-workbooks"])
    assert not tables.diagnostics
    chosen = {name for name, table in shipped.tables.items() if file is None or table.file.endswith(file)}
    assert list(tables.tables) == [name for name in shipped.tables if name in chosen]
    assert describe_tables(tables, decisions=chosen) == describe_tables(shipped, decisions=chosen)


@pytest.mark.parametrize("file", PARTS, ids=NAMES)
def test_fields_and_shared_columns_come_back_as_they_were(file: str | None) -> None:
    shipped = load_shipped().dictionary
    vocabulary = bring_back(file)[0].dictionary
    fields = {name: item for name, item in vocabulary.fields.items() if name not in load_shipped().tables}
    assert fields
    assert {name: describe_field(item) for name, item in fields.items()} == {
        name: describe_field(item) for name, item in shipped.fields.items() if name in fields
    }
    assert vocabulary.outputs == {title: item for title, item in shipped.outputs.items() if title in vocabulary.outputs}


@pytest.mark.parametrize("file", FILES)
def test_pages_come_back_as_they_were(file: str) -> None:
    shipped = next(book for shown, book in load_shipped().workbooks.items() if shown.endswith(file))
    imported, tables = bring_back(file)
    assert tables.workbooks["tables.dmn"].about == shipped.about
    assert tables.workbooks["tables.dmn"].references == shipped.references
    rows = [tuple(getattr(row, part).text for part in row.__slots__) for row in imported.workbook.references]
    assert rows == [tuple(getattr(row, part).text for part in row.__slots__) for row in shipped.sources]


def _list_records() -> Iterator[Mapping[str, Value]]:
    tables = load_shipped()
    for path in sorted((ROOT / "examples" / "patients").glob("*.json")):
        found = json.loads(path.read_text())
        yield from ({key: from_python(value) for key, value in one.items()} for one in [found])
    yield from (example.record for example in tables.examples)
    yield from draw_records(tables, Random(1), 150, missing=0)
    yield from draw_records(tables, Random(2), 100)


def test_the_model_and_its_tables_answer_as_the_shipped_tables() -> None:
    shipped = load_shipped()
    compiled = build_graph(compile_definitions(convert(None)))
    graph, back = Graph(shipped), Graph(bring_back(None)[1])
    for record in _list_records():
        wanted = Evaluation(graph, record, clinical=False)
        found = Evaluation(back, record, clinical=False)
        for name in shipped.tables:
            value = wanted.decide(name).value
            assert evaluate_element(compiled, name, record, []) == value, (name, record)
            assert found.decide(name).value == value, (name, record)


@pytest.mark.parametrize("file", FILES)
def test_the_model_of_one_workbook_answers_from_the_others_answers(file: str) -> None:
    shipped, compiled = load_shipped(), build_graph(compile_definitions(convert(file)))
    graph = Graph(shipped)
    names = [name for name, table in shipped.tables.items() if table.file.endswith(file)]
    for record in draw_records(shipped, Random(3), 25, missing=0):
        wanted = Evaluation(graph, record, clinical=False)
        inputs = {**record, **{name: wanted.decide(name).value for name in shipped.tables if name not in names}}
        for name in names:
            assert evaluate_element(compiled, name, inputs, []) == wanted.decide(name).value, (name, record)
