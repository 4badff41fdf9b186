"""Models in DMN in mode clinical: what is missing is unknown, in tables and in any other logic."""

from __future__ import annotations

from pathlib import Path

import pandas
import pytest

import dmn_engine
from dmn_engine import Status
from dmn_engine.feel.values import format_value

from .models import data, decision, importing, write_model

GRADES = """
<itemDefinition name="tGrade"><typeRef>string</typeRef>
  <allowedValues><text>"low", "middle", "high"</text></allowedValues></itemDefinition>
"""
TABLE = """
<decision id="Plan" name="Plan"><variable name="Plan" typeRef="string"/>
  <informationRequirement><requiredInput href="#Grade"/></informationRequirement>
  <informationRequirement><requiredDecision href="#Old"/></informationRequirement>
  <informationRequirement><requiredDecision href="#Care"/></informationRequirement>
  <decisionTable hitPolicy="FIRST">
    <input><inputExpression typeRef="tGrade"><text>Grade</text></inputExpression></input>
    <input><inputExpression typeRef="boolean"><text>Old</text></inputExpression></input>
    <output name="Plan"/>
    <rule label="P1"><inputEntry><text>"high"</text></inputEntry><inputEntry><text>-</text></inputEntry>
      <outputEntry><text>"surgery"</text></outputEntry></rule>
    <rule label="P2"><inputEntry><text>-</text></inputEntry><inputEntry><text>true</text></inputEntry>
      <outputEntry><text>Care</text></outputEntry></rule>
    <rule label="P3"><inputEntry><text>-</text></inputEntry><inputEntry><text>-</text></inputEntry>
      <outputEntry><text>"wait"</text></outputEntry></rule>
  </decisionTable></decision>
<decision id="Care" name="Care"><variable name="Care" typeRef="string"/>
  <informationRequirement><requiredInput href="#Grade"/></informationRequirement>
  <decisionTable hitPolicy="UNIQUE">
    <input><inputExpression typeRef="tGrade"><text>Grade</text></inputExpression></input>
    <output name="Care"/>
    <rule label="C1"><inputEntry><text>"low"</text></inputEntry>
      <outputEntry><text>"home"</text></outputEntry></rule>
    <rule label="C2"><inputEntry><text>not("low")</text></inputEntry>
      <outputEntry><text>"ward"</text></outputEntry></rule>
  </decisionTable></decision>
"""
BODY = (
    GRADES
    + data("Grade", "tGrade")
    + data("Age", "number")
    + decision("Old", "Age > 70", "in:Age", type_="boolean")
    + decision("Double", "if Age > 70 then 1 else 1", "in:Age")
    + decision("Dose", "Age * 2", "in:Age")
    + TABLE
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> dmn_engine.Model:
    return dmn_engine.load(write_model(tmp_path_factory.mktemp("clinical"), "main", BODY))


@pytest.mark.parametrize(
    ("record", "name", "value", "status", "needs", "rules"),
    [
        ({"Grade": "high"}, "Plan", '"surgery"', "determined", (), ["Plan P1"]),
        ({"Grade": "low", "Age": 80}, "Plan", '"home"', "determined", (), ["Plan P2", "Care C1"]),
        ({"Grade": "low"}, "Plan", "null", "undetermined", ("Age",), []),
        ({"Age": 60}, "Plan", "null", "undetermined", ("Grade",), []),
        ({}, "Old", "null", "undetermined", ("Age",), []),
        ({}, "Double", "1", "determined", (), []),
        ({}, "Dose", "null", "undetermined", ("Age",), []),
        ({"Age": 4}, "Dose", "8", "determined", (), []),
    ],
)
def test_missing_inputs_are_unknown(
    record: dict[str, object],
    name: str,
    value: str,
    status: str,
    needs: tuple[str, ...],
    rules: list[str],
    model: dmn_engine.Model,
) -> None:
    result = model.evaluate(record, name, mode="clinical")[name]
    found = (format_value(result.value), result.status.value, result.needs)
    assert found == (value, status, needs)
    assert [f"{rule.table} {rule.rule}" for rule in result.rules] == rules


def test_why_a_rule_of_a_model_did_not_fire(model: dmn_engine.Model) -> None:
    found = model.explain_why_not({"Grade": "low", "Age": 50}, "P1")
    assert [(item.rule.rule, item.fires, dict(item.changes)) for item in found] == [("P1", False, {"Grade": "high"})]


def test_rows_of_a_frame_may_lack_fields(model: dmn_engine.Model) -> None:
    frame = pandas.DataFrame({"Grade": ["high", "low"]})
    answers = model.evaluate_frame(frame, "Plan", mode="clinical")
    assert list(answers["Plan (status)"]) == ["determined", "undetermined"]
    assert list(answers["Plan (needs)"]) == [[], ["Age"]]


def test_inputs_of_an_imported_model_are_unknown_with_their_context(tmp_path: Path) -> None:
    write_model(tmp_path, "lib", data("Age", "number") + decision("Old", "Age > 70", "in:Age", type_="boolean"))
    body = importing("lib", "lib") + decision("Plan", 'if lib.Old then "care" else "none"', "dec:urn:lib#Old")
    model = dmn_engine.load(write_model(tmp_path, "main", body))
    assert model.evaluate({"lib": {"Age": 80}}, "Plan", mode="clinical").value == "care"
    open_ = model.evaluate({}, "Plan", mode="clinical")
    assert (open_.status, open_.needs) == (Status.UNDETERMINED, ("lib",))


def test_why_not_takes_the_record_as_an_evaluation_does(tmp_path: Path) -> None:
    body = (
        '<itemDefinition name="tDose"><typeRef>number</typeRef>'
        "<allowedValues><text>? * 2 &lt; 10</text></allowedValues></itemDefinition>"
        + data("Dose", "tDose")
        + """
<decision id="Plan" name="Plan"><variable name="Plan"/>
  <informationRequirement><requiredInput href="#Dose"/></informationRequirement>
  <decisionTable><input><inputExpression typeRef="number"><text>Dose</text></inputExpression></input><output/>
    <rule label="P1"><inputEntry><text>&gt; 3</text></inputEntry><outputEntry><text>"more"</text></outputEntry></rule>
    <rule label="P2"><inputEntry><text>&lt;= 3</text></inputEntry><outputEntry><text>"less"</text></outputEntry></rule>
  </decisionTable></decision>"""
    )
    model = dmn_engine.load(write_model(tmp_path, "main", body))
    refused = model.evaluate({"Dose": 7}, "Plan", mode="clinical")["Plan"]
    (found,) = model.explain_why_not({"Dose": 7}, "P1", "Plan")
    assert refused.status is Status.ERROR
    assert (found.fires, found.errors) == (False, refused.errors)
