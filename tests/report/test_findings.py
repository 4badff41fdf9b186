"""The same diagnostics in every machine-readable format; whole outputs in tests/cases/report."""

from __future__ import annotations

import json
from collections.abc import Callable
from xml.etree import ElementTree as Xml

from dmn_engine.diagnostics import CellRef, Diagnostic, LineRef, Severity, Source, Span
from dmn_engine.report.findings import render_github, render_json, render_junit, render_sarif
from dmn_engine.report.markdown import render_findings

Golden = Callable[[str, str], None]

FINDINGS = (
    Diagnostic(
        "value-not-listed",
        Severity.ERROR,
        "`postive` is not a value of HER2 status",
        Source("positive, postive", CellRef("tables/her2 positive/first_line.xlsx", "Options", "C7")),
        Span(10, 17),
        ((Source("", CellRef("schemas/patient.schema.json")), "the values are listed here"),),
        "did you mean `positive`?\nListed are: positive, negative",
    ),
    Diagnostic(
        "empty-condition",
        Severity.WARNING,
        "50 % of `a|b` is <empty>",
        Source("", CellRef("tables/bone.xlsx", "Bone, all: 1", "B4")),
    ),
    Diagnostic(
        "repeated-name",
        Severity.NOTE,
        "`age` is given twice",
        Source("age\x1b", LineRef("patients/a.json", 3, "/age")),
    ),
    Diagnostic("no-tables", Severity.ERROR, "no decision tables are here", Source("", "tables")),
    Diagnostic(
        "unknown-decision",
        Severity.ERROR,
        "there is no decision `Options`",
        Source("Options", CellRef("tables/plan.xlsx", "Plan", "F7")),
        follows="tables",
    ),
)


def test_json(golden: Golden) -> None:
    golden("findings.json", render_json(FINDINGS) + "\n")


def test_github(golden: Golden) -> None:
    text = render_github(FINDINGS)
    assert len(text.splitlines()) == len(FINDINGS) - 1  # the last one follows from another
    golden("findings_github.txt", text + "\n")


def test_sarif(golden: Golden) -> None:
    text = render_sarif(FINDINGS, version="0.1.0")
    run = json.loads(text)["runs"][0]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    golden("findings.sarif", text + "\n")


def test_junit(golden: Golden) -> None:
    text = render_junit(FINDINGS, files=["tables/fine.xlsx"], fail_level=Severity.WARNING)
    root = Xml.fromstring(text)
    assert root.get("failures") == str(len(root.findall("*/*/failure"))) == "3"
    assert root.get("tests") == str(len(root.findall("*/testcase"))) == "6"
    golden("findings_junit.xml", text + "\n")


def test_markdown(golden: Golden) -> None:
    golden("findings.md", render_findings(FINDINGS) + "\n")


def test_none() -> None:
    assert render_findings([]) == "no findings"
    assert render_github([]) == ""
    assert json.loads(render_json([]))["findings"] == []
    assert json.loads(render_sarif([]))["runs"][0]["results"] == []
    assert Xml.fromstring(render_junit([])).get("tests") == "0"
