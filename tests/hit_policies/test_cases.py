"""Cases of each hit policy and aggregation, as DMN models, with the values that the standard gives them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest

import dmn_engine

FOLDER = Path(__file__).parents[1] / "cases" / "hit_policies"
NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def list_tables() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.toml")):
        for table in tomllib.loads(path.read_text(encoding="utf-8"))["tables"]:
            yield pytest.param(table, id=f"{path.stem}: {table['about']}")


def text_of(tag: str, text: str) -> str:
    return f"<{tag}><text>{escape(text)}</text></{tag}>"


def model_of(table: Mapping[str, Any]) -> str:
    """A model of one decision, whose inputs are the columns of the table."""
    inputs = {column["text"]: column["type"] for column in table["inputs"]}
    variables = [f"<variable name={quoteattr(name)} typeRef='{kind}'/>" for name, kind in inputs.items()]
    data = [
        f"<inputData id='i{place}' name={quoteattr(name)}>{variable}</inputData>"
        for place, (name, variable) in enumerate(zip(inputs, variables, strict=True))
    ]
    needs = [
        f"<informationRequirement><requiredInput href='#i{place}'/></informationRequirement>"
        for place in range(len(inputs))
    ]
    columns = [
        f"<input><inputExpression typeRef='{kind}'><text>{escape(name)}</text></inputExpression></input>"
        for name, kind in inputs.items()
    ]
    outputs = []
    for column in table["outputs"]:
        name = f" name={quoteattr(column['name'])}" if "name" in column else ""
        values = text_of("outputValues", column["values"]) if "values" in column else ""
        default = text_of("defaultOutputEntry", column["default"]) if "default" in column else ""
        outputs.append(f"<output{name} typeRef='{column['type']}'>{values}{default}</output>")
    rules = []
    for place, cells in enumerate(table["rules"], 1):
        tests = "".join(text_of("inputEntry", cell) for cell in cells[: len(inputs)])
        results = "".join(text_of("outputEntry", cell) for cell in cells[len(inputs) :])
        rules.append(f"<rule id='r{place}'>{tests}{results}</rule>")
    aggregation = f" aggregation='{table['aggregation']}'" if "aggregation" in table else ""
    parts = [
        f"<definitions xmlns='{NAMESPACE}' id='cases' name='Cases' namespace='urn:cases'>",
        *data,
        "<decision id='d' name='Answer'><variable name='Answer'/>",
        *needs,
        f"<decisionTable hitPolicy='{table['policy']}'{aggregation}>",
        *columns,
        *outputs,
        *rules,
        "</decisionTable></decision></definitions>",
    ]
    return "\n".join(parts)


@pytest.mark.parametrize("table", [*list_tables()])
def test_the_hit_policy_gives_what_the_standard_says(table: Mapping[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "cases.dmn"
    path.write_text(model_of(table), encoding="utf-8")
    model = dmn_engine.load(path)
    assert not [item for item in model.diagnostics if item.severity.value == "error"]
    for case in table["cases"]:
        result = model.evaluate(case["given"]).to_dict()
        answer: Any = result["decisions"]["Answer"]  # type: ignore[index]  # JSON
        assert answer["value"] == case.get("value"), case
        messages = [error["message"] for error in answer["errors"]]
        if "conflict" in case or "fails" in case:
            assert answer["status"] == "error" and messages, case
            named = ", ".join(f"r{rule}" for rule in case.get("conflict", []))
            assert messages[0].endswith(named), case
            continue
        assert answer["status"] == "determined", case
        assert sorted(rule["rule"] for rule in answer["rules"]) == [f"r{rule}" for rule in case.get("rules", [])], case
        assert not messages or len(case["given"]) < len(table["inputs"]), case


def test_every_hit_policy_and_aggregation_has_a_dozen_cases() -> None:
    for path in FOLDER.glob("*.toml"):
        assert sum(len(table["cases"]) for table in tomllib.loads(path.read_text())["tables"]) >= 12, path.name
    assert len(list(FOLDER.glob("*.toml"))) == 11
