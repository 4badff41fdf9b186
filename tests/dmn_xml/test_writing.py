"""Writing DMN 1.5: whole files, what is refused, and that every model reads back equal."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from dmn_engine.diagnostics import CellRef, Source
from dmn_engine.formats.dmn_xml import UnwritableModel, read_text, write_definitions
from dmn_engine.formats.dmn_xml.layout import with_diagram
from dmn_engine.model.boxed_expressions import Extension, Identity, LiteralExpression, Variable
from dmn_engine.model.definitions import Decision, Definitions, InputData
from dmn_engine.report.text import render_diagnostic
from tests.dmn_xml.comparing import without_places

from .models import UNSHRUNK, definitions

KIT = Path(os.environ.get("DMN_TCK", Path(__file__).parents[2] / ".." / "shared" / "tck"))
SCHEMA = KIT / "DMN15.xsd"
CASES = Path(__file__).parents[1] / "cases" / "xml" / "writing.toml"
FILES: list[dict[str, Any]] = tomllib.loads(CASES.read_text(encoding="utf-8"))["case"]
REFUSED: list[str] = tomllib.loads(CASES.with_name("refused.toml").read_text(encoding="utf-8"))["messages"]


@pytest.mark.parametrize("case", FILES, ids=[case["name"] for case in FILES])
def test_file_is_written(case: dict[str, Any]) -> None:
    model = read_text(case["read"].strip().encode(), "m.dmn")
    assert [render_diagnostic(item) for item in model.diagnostics] == [m.strip() for m in case.get("messages", [])]
    written = write_definitions(model)
    assert written.decode() == case["written"].lstrip("\n")
    assert write_definitions(read_text(written, "m.dmn")) == written


@pytest.mark.skipif(not SCHEMA.is_file(), reason=f"the schema of DMN 1.5 is not at {SCHEMA} (set DMN_TCK)")
@pytest.mark.parametrize("case", FILES, ids=[case["name"] for case in FILES])
def test_file_is_valid(case: dict[str, Any]) -> None:
    etree.XMLSchema(etree.parse(str(SCHEMA))).assertValid(etree.fromstring(case["written"].strip().encode()))


@given(definitions())
@settings(max_examples=40, deadline=None, phases=UNSHRUNK, suppress_health_check=list(HealthCheck))
def test_any_model_comes_back_equal(model: Definitions) -> None:
    written = write_definitions(model)
    again = read_text(written, "m.dmn")
    assert without_places(again) == without_places(with_diagram(model))
    assert write_definitions(again) == written


def decide(name: str, logic: LiteralExpression, **more: Any) -> Decision:
    return Decision(name, Variable(Source(name)), logic, (), (), (), "", **more)


def test_white_space_around_texts_is_trimmed_by_reading() -> None:
    logic = LiteralExpression(Source("\n  1 +\n    1 \t"), origin="")
    written = write_definitions(Definitions("m.dmn", "m", "n", decisions=(decide("A", logic),)))
    assert b"<text>\n  1 +\n    1 \t</text>" in written
    (decision,) = read_text(written, "m.dmn").decisions
    assert isinstance(decision.logic, LiteralExpression)
    assert decision.logic.text.text == "1 +\n    1"


def test_what_xml_cannot_hold_is_refused_whole() -> None:
    """Every error in one run, each with its element and the origin of the text."""
    bell = LiteralExpression(Source('"\x07"', CellRef("t.xlsx", "Sheet", "B2")), origin="")
    vendor = Extension("urn:v", "not a name", (("{urn:v}x", "\ufffe"),))
    model = Definitions(
        "m.dmn",
        "m",
        "n",
        inputs=(InputData("a\x00b", Variable(Source("x")), ""),),
        decisions=(decide("A", bell), decide("B", bell, identity=Identity(extensions=(vendor,)))),
        identity=Identity(description="\ud800", attributes=(("{urn:v}x", "\ufffe"),)),
    )
    with pytest.raises(UnwritableModel) as refused:
        write_definitions(model)
    found = [render_diagnostic(item) for item in refused.value.diagnostics]
    assert found == [message.strip() for message in REFUSED]
