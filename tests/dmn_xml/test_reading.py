"""Model files: the diagnostics of broken ones, equal results for all versions of DMN, no access to other files."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dmn_engine.formats.dmn_xml import read_definitions, read_library, read_text
from dmn_engine.formats.dmn_xml.document import VERSIONS
from dmn_engine.formats.dmn_xml.reader import LARGEST
from dmn_engine.model.boxed_expressions import LiteralExpression
from dmn_engine.model.definitions import Definitions
from dmn_engine.report.text import render_diagnostic

CASES = Path(__file__).parents[1] / "cases" / "xml"
BROKEN: list[dict[str, Any]] = tomllib.loads((CASES / "broken.toml").read_text())["case"]
LATEST = "https://www.omg.org/spec/DMN/20230324/MODEL/"

PLAIN = """<d:definitions xmlns:d="{namespace}" xmlns:feel="http://www.omg.org/spec/DMN/20151101/FEEL/"
  name="m" namespace="n">
  <d:decision name="A" id="a">
    <d:variable name="A" typeRef="{prefix}number"/>
    <d:literalExpression><d:text><!-- one -->1 + <![CDATA[1]]></d:text></d:literalExpression>
  </d:decision>
</d:definitions>"""


def wrap(text: str) -> str:
    return f'<definitions xmlns="{LATEST}" name="m" namespace="n">\n{text}\n</definitions>'


def read(text: str) -> Definitions:
    return read_text(text.encode(), "m.dmn")


@pytest.mark.parametrize("case", BROKEN, ids=[case["name"] for case in BROKEN])
def test_broken_file_is_told_every_fault(case: dict[str, Any]) -> None:
    text = case["text"].lstrip("\n")
    definitions = read(text if case.get("whole") else wrap(text))
    assert [render_diagnostic(item) for item in definitions.diagnostics] == [m.strip() for m in case["messages"]]


@pytest.mark.parametrize("namespace", VERSIONS, ids=VERSIONS.values())
def test_every_version_reads_the_same(namespace: str) -> None:
    wanted = read(PLAIN.format(namespace=LATEST, prefix=""))
    found = read(PLAIN.format(namespace=namespace, prefix="feel:"))
    assert not found.diagnostics
    assert found.version == VERSIONS[namespace]
    assert replace(found, version=wanted.version) == wanted
    logic = found.decisions[0].logic
    assert isinstance(logic, LiteralExpression)
    assert logic.text.text == "1 + 1"


def test_imports_come_from_the_folder_alone(tmp_path: Path) -> None:
    importing = '<import name="{0}" namespace="{1}" locationURI="{2}" importType="' + LATEST + '"/>'
    (tmp_path / "outside.dmn").write_text(wrap("").replace('namespace="n"', 'namespace="out"'))
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "other.dmn").write_text(wrap("").replace('namespace="n"', 'namespace="other"'))
    (folder / "main.dmn").write_text(
        wrap(
            importing.format("one", "other", "http://localhost/other.dmn")
            + importing.format("two", "out", "../outside.dmn")
        )
    )
    assert [item.namespace for item in read_library(folder / "main.dmn", "main.dmn")] == ["n", "other"]


def test_deep_nesting_is_a_fault_not_a_crash() -> None:
    deep = "<list>" * 5000 + "</list>" * 5000
    definitions = read(wrap(f'<decision name="A" id="a">{deep}</decision>'))
    assert [item.code for item in definitions.diagnostics] == ["xml-syntax"]


@pytest.mark.parametrize(
    ("encoding", "declared"), [("utf-8", ""), ("utf-8-sig", ""), ("latin-1", "ISO-8859-1"), ("utf-16", "UTF-16")]
)
def test_encoding_is_the_one_that_the_file_says(encoding: str, declared: str) -> None:
    line = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    model = read_text((line + wrap("<description>é</description>")).encode(encoding), "m.dmn")
    assert not model.diagnostics
    assert model.identity.description == "é"


def test_wrong_encoding_is_told() -> None:
    model = read_text(wrap("<description>é</description>").encode("latin-1"), "m.dmn")
    assert [render_diagnostic(item) for item in model.diagnostics] == [
        "m.dmn:2: error xml-syntax: not well-formed XML: Invalid bytes in character encoding"
    ]


def test_huge_file_is_not_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.dmn"
    with huge.open("wb") as file:
        file.truncate(LARGEST + 1)
    model = read_definitions(huge, "huge.dmn")
    assert [render_diagnostic(item) for item in model.diagnostics] == [
        "huge.dmn: error file-too-large: the file is larger than 64 MB"
    ]
