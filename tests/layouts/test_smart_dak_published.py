"""The WHO's published workbooks, if available: all tables, all rules, the answers in their cells."""

from __future__ import annotations

import os
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from dmn_engine.compile.definitions import compile_definitions
from dmn_engine.compile.model_graph import ModelGraph, build_graph
from dmn_engine.diagnostics import CellRef, Severity
from dmn_engine.evaluate.model_values import evaluate_element
from dmn_engine.feel import evaluate
from dmn_engine.formats.xlsx.grid import Area
from dmn_engine.formats.xlsx.text import clean_text, decode_escapes
from dmn_engine.layouts import read_foreign
from dmn_engine.model.boxed_expressions import TableExpression
from dmn_engine.model.definitions import Decision, Definitions

from .smart_dak_coverage import Coverage, measure

_ROOT = Path(__file__).parents[2]
_WHO = Path(os.environ.get("DMN_EXTERNAL", _ROOT.parent / "shared" / "external")) / "who"
_IMMZ = _WHO / "IMMZ_DAK_decision-support_logic.xlsx"
_TEMPLATE = _WHO / "DAK_decision-support_logic_template_v2.1.xlsx"
_STATUS = "Immunization recommendation status"

pytestmark = pytest.mark.skipif(not _IMMZ.exists(), reason="WHO's workbooks are not at hand (DMN_EXTERNAL)")


@cache
def _read(path: Path) -> Definitions:
    model = read_foreign(path, path.name)
    assert model is not None
    return model.definitions


@cache
def _load(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The values of every sheet by rows, as openpyxl reads them; one sheet claims all rows there can be."""
    book = load_workbook(path, read_only=True)
    return {sheet.title: list(sheet.iter_rows(max_row=200, max_col=40, values_only=True)) for sheet in book}


@cache
def _compile(path: Path) -> ModelGraph:
    return build_graph(compile_definitions(_read(path)))


def _table(decision: Decision) -> TableExpression:
    assert isinstance(decision.logic, TableExpression)
    return decision.logic


def _find(name: str) -> TableExpression:
    return next(_table(decision) for decision in _read(_IMMZ).decisions if decision.name == name)


def _count_rows(rows: list[tuple[Any, ...]]) -> Iterator[tuple[str, int]]:
    """Ids with the number of cells below `Output` that hold something, by another way than the reader's."""
    starts = [at for at, row in enumerate(rows) if len(row) > 2 and row[1] == "Decision ID"]
    for start, end in zip(starts, (*starts, len(rows))[1:], strict=True):
        heads = [at for at in range(start, end) if "Output" in rows[at]]
        name = str(rows[start][2]).strip()
        if heads and name.startswith("IMMZ."):
            column = rows[heads[0]].index("Output")
            yield name, sum(row[column] not in (None, "Output") for row in rows[heads[0] + 1 : end] if row)


def test_as_many_rules_as_rows() -> None:
    expected = {(title, *item) for title, rows in _load(_IMMZ).items() for item in _count_rows(rows)}
    found = set()
    for decision in _read(_IMMZ).decisions:
        assert isinstance(decision.origin, CellRef)
        name = decision.name.removesuffix(f" ({decision.origin.sheet})")
        found.add((decision.origin.sheet, name, len(_table(decision).rules)))
    assert found == expected
    assert sum(number for *_, number in found) == 610


def test_all_that_the_overview_lists() -> None:
    rows = _load(_IMMZ)["COVER"][14:]
    listed = {str(row[3]).replace("2-5", "2–5") for row in rows if row[3] is not None}
    definitions = _read(_IMMZ)
    found = {item.name for item in (*definitions.decisions, *definitions.knowledge_sources)}
    told = {item.source.text for item in definitions.diagnostics if item.code == "table-missing"}
    assert listed - found == told
    assert told == {
        "IMMZ.D18.S.Cholera.WC-rBS vaccine 2 dose schedule",
        "IMMZ.D18.S.Cholera.WC-rBS vaccine 3 dose schedule",
        "IMMZ.D18.S.HPV.Single-dose schedule",
        "IMMZ.D18.S.JE.Inactivated Vero cell-derived vaccine schedule",
        "IMMZ.D18.S.JE.Live attenuated vaccine schedule",
        "IMMZ.D18.S.JE.Live recombinant vaccine schedule",
        "IMMZ.D18.S.TBE.EnceVir",
    }


def test_the_converter_of_who_has_as_many_rules() -> None:
    text = (_WHO / "DAK.DT.IMMZ.D2.DT.BCG.dmn").read_text("utf-8")
    assert len(_find("IMMZ.D2.DT.BCG").rules) == text.count("<dmn:rule ") == 25


def test_contraindications_are_all_there() -> None:
    first = _find("IMMZ.D5.DT.BCG contraindications").rules
    assert [rule.annotations[0].split("\n")[0] for rule in first] == [
        "The client is pregnant",
        "The client has history of severe allergic reactions",
        "The client has immunodeficiency syndromes",
        "The client is exposed to immunosuppressive treatment",
        "The client is exposed to immunosuppressive treatment",
    ]
    rubella = _find("IMMZ.D5.DT.Rubella contraindications").rules[0]
    assert rubella.inputs[0].text == '"Currently pregnant"'
    assert rubella.inputs[0].origin == CellRef(_IMMZ.name, "Rubella", "B28")
    assert rubella.outputs[1].text.text == '"Contraindicated"'


@pytest.mark.parametrize("path", [_IMMZ, _TEMPLATE], ids=["IMMZ", "template"])
def test_every_text_is_in_the_model(path: Path) -> None:
    """No cell of a rule is lost: each text stands in a condition as written, an output, an annotation."""
    for decision in _read(path).decisions:
        table = _table(decision)
        for rule in table.rules:
            assert isinstance(rule.origin, CellRef)
            kept = "\n".join((*rule.annotations, *(_show(cell.text.text) for cell in rule.outputs)))
            area = Area.parse(rule.origin.cell)
            for value in _load(path)[rule.origin.sheet][area.top - 1][area.left - 1 : area.right]:
                text = clean_text(decode_escapes(str(value or "")))
                assert len(text) < 2 or text.split(" is ", 1)[-1] in kept, (rule.origin, text)


def _show(text: str) -> str:
    """What an output is, as text."""
    return "" if text.startswith("⚠") else str(evaluate(text))


@pytest.mark.parametrize("path", [_IMMZ, _TEMPLATE], ids=["IMMZ", "template"])
def test_what_is_understood_is_feel(path: Path) -> None:
    assert [item for item in _compile(path).compiled.diagnostics if item not in _read(path).diagnostics] == []


def test_coverage() -> None:
    assert measure(_read(_IMMZ)) == Coverage(tables=88, usable_tables=59, rules=610, conditions=958, understood=858)
    assert measure(_read(_TEMPLATE)) == Coverage(tables=3, usable_tables=1, rules=27, conditions=117, understood=102)


def test_every_condition_that_is_not_understood_is_told() -> None:
    for path in (_IMMZ, _TEMPLATE):
        definitions = _read(path)
        unread = {
            source.origin
            for decision in definitions.decisions
            for rule in _table(decision).rules
            for source in rule.inputs
            if source.text.startswith("⚠")
        }
        errors = [item for item in definitions.diagnostics if item.severity is Severity.ERROR]
        told = {source.origin for item in errors for source in (item.source, *(other for other, _ in item.related))}
        assert unread <= told


def test_messages_are_few() -> None:
    codes = Counter(item.code for item in _read(_IMMZ).diagnostics)
    assert sum(codes.values()) < 200, codes


def _list_cases() -> list[Any]:
    file = Path(__file__).parents[1] / "cases" / "layouts" / "smart_dak_immz.toml"
    cases = tomllib.loads(file.read_text("utf-8"))["case"]
    return [pytest.param(case, id=case["name"]) for case in cases]


@pytest.mark.parametrize("case", _list_cases())
def test_client(case: dict[str, Any]) -> None:
    given: Any = evaluate(case["given"])
    causes: Any = []
    value: Any = evaluate_element(_compile(_IMMZ), case["decision"], given, causes)
    assert (value and value[_STATUS]) == evaluate(case["status"]), causes
    assert value is not None or causes
