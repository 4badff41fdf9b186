"""Run tests/cases/records: records with their whole messages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from dmn_engine.diagnostics import Diagnostic
from dmn_engine.formats.tabular.reading import read_records
from dmn_engine.records import (
    Record,
    RecordSchema,
    UnreadableFile,
    build_vocabulary,
    load_record_schema,
    load_validator,
    parse_json,
)
from dmn_engine.report.text import render_diagnostic

CASES = Path(__file__).parents[1] / "cases" / "records"


def list_cases(topic: str) -> list[Any]:
    cases = tomllib.loads((CASES / f"{topic}.toml").read_text(encoding="utf-8"))["case"]
    return [pytest.param(case, id=case["name"]) for case in cases]


def render(diagnostics: Iterable[Diagnostic]) -> str:
    return "".join(f"{render_diagnostic(item)}\n" for item in diagnostics)


@pytest.fixture(scope="module")
def schema() -> RecordSchema:
    return load_record_schema(CASES / "schema.json", "schema.json")


@pytest.mark.parametrize("case", list_cases("validation"))
def test_record(case: dict[str, str], schema: RecordSchema, tmp_path: Path) -> None:
    if "schema" in case:
        (tmp_path / "schema.json").write_text(case["schema"], encoding="utf-8")
        schema = load_record_schema(tmp_path / "schema.json", "schema.json")
    document = parse_json(case["record"].removesuffix("\n"), "record.json")
    assert isinstance(document.value, dict)
    typed = Record(document.value, document.place, document.errors).type(schema)
    assert render(typed.diagnostics) == case["faults"]
    assert typed.has_errors == (" error " in case["faults"])


@pytest.mark.parametrize("case", list_cases("schemas"))
def test_schema(case: dict[str, str]) -> None:
    _, diagnostics = build_vocabulary(parse_json(case["schema"].removesuffix("\n"), "schema.json"))
    assert render(diagnostics) == case["faults"]


@pytest.mark.parametrize("case", list_cases("documents"))
def test_document(case: dict[str, str]) -> None:
    document = parse_json(case["document"].removesuffix("\n"), "document.json")
    assert render(load_validator(case["schema"]).validate(document.value, document.place)) == case["faults"]


@pytest.mark.parametrize("case", list_cases("reading"))
def test_file(case: dict[str, str], schema: RecordSchema, tmp_path: Path) -> None:
    path = tmp_path / case["file"]
    path.write_bytes(case["content"].encode(case.get("encoding", "utf-8")))
    assert show_file(path, case["file"], schema) == case["expected"]


def show_file(path: Path, file: str, schema: RecordSchema) -> str:
    shown = ""
    try:
        for record in read_records(path, schema.dictionary, file=file):
            typed = record.type(schema)
            shown += render(typed.diagnostics)
            if not typed.has_errors:
                shown += f"{record.origin} | {'; '.join(f'{name}={value}' for name, value in typed.values.items())}\n"
    except UnreadableFile as fault:
        assert str(fault) == fault.diagnostic.message
        shown += render([fault.diagnostic])
    return shown
