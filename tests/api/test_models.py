"""Models in DMN through the Python interface: names, inputs by their types, calls, imports, folders, and reasons."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import numpy
import openpyxl
import pandas
import pytest

import dmn_engine
from dmn_engine import RecordError, Status, TablesAtFault, UnknownDecision
from dmn_engine.compile.definitions import compile_definitions
from dmn_engine.compile.model_graph import build_graph
from dmn_engine.evaluate.model_values import evaluate_element, invoke_element
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.values import format_value
from dmn_engine.formats.dmn_xml import read_library
from dmn_engine.formats.tabular.reading import read_records
from dmn_engine.formats.xlsx.records import read_grid_records

from .models import data, decision, importing, write_model

TYPES = """
<itemDefinition name="tPerson">
  <itemComponent name="born"><typeRef>date</typeRef></itemComponent>
  <itemComponent name="visits" isCollection="true"><typeRef>date and time</typeRef></itemComponent>
  <itemComponent name="stay"><typeRef>days and time duration</typeRef></itemComponent>
</itemDefinition>
<itemDefinition name="tGrade"><typeRef>string</typeRef>
  <allowedValues><text>"low", "high"</text></allowedValues></itemDefinition>
"""


def load(folder: Path, body: str, name: str = "main") -> dmn_engine.Model:
    model = dmn_engine.load(write_model(folder, name, body))
    assert not model.diagnostics
    return model


def test_inputs_are_typed_by_their_item_definitions(tmp_path: Path) -> None:
    body = TYPES + data("P", "tPerson") + data("N", "number")
    body += decision("Year", "P.born.year", "in:P") + decision("Hour", "P.visits[1].hour", "in:P")
    body += decision("Days", "P.stay.days", "in:P") + decision("Sum", "N + 0.2", "in:N")
    model = load(tmp_path, body)
    person = {"born": "1960-02-29", "visits": ["2024-01-01T13:45:00"], "stay": "P3D"}
    result = model.evaluate({"P": person, "N": 0.1})
    assert result.value == {"Year": 1960, "Hour": 13, "Days": 3, "Sum": Decimal("0.3")}
    native = {"born": datetime.date(1960, 2, 29), "visits": [datetime.datetime(2024, 1, 1, 13)], "stay": "P3D"}
    assert model.evaluate({"p": native, "N": Decimal("0.1")}).value == result.value


@pytest.mark.parametrize(
    ("record", "code", "message"),
    [
        ({"Grade": "hihg"}, "value-not-listed", 'Grade: "hihg" is not listed; allowed is "low" or "high"'),
        ({"Gade": "high"}, "unknown-field", '"Gade" is not a known field'),
        ({"P": {"bron": "1960-01-01"}}, "unknown-field", '"bron" is not a field of P'),
        ({"P": {"born": "yesterday"}}, "wrong-format", 'born: "yesterday" is not a date; write it as "2025-12-31"'),
    ],
)
def test_faults_of_a_record(record: dict[str, object], code: str, message: str, tmp_path: Path) -> None:
    body = TYPES + data("P", "tPerson") + data("Grade", "tGrade") + decision("D", "Grade", "in:Grade", "in:P")
    with pytest.raises(RecordError) as fault:
        load(tmp_path, body).evaluate(record)
    assert [(item.code, item.message) for item in fault.value.diagnostics] == [(code, message)]


@pytest.mark.parametrize(
    ("record", "outcome"),
    [
        ({"N": [1], "L": 3}, [2, [3]]),
        ({"N": 1, "L": [3, 4]}, [2, [3, 4]]),
        ({"N": [1, 2], "L": 3}, "N: [1, 2] is a list; allowed is a number"),
        ({"N": ["z"], "L": 3}, 'N: "z" is text; allowed is a number'),
        ({"N": 1, "L": "y"}, 'L, item 1: "y" is text; allowed is a number, or null'),
    ],
)
def test_a_list_of_one_is_its_item_and_an_item_a_list_of_it(
    record: dict[str, object], outcome: object, tmp_path: Path
) -> None:
    numbers = '<itemDefinition name="tNumbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
    body = numbers + data("N", "number") + data("L", "tNumbers") + decision("D", "[N + 1, L]", "in:N", "in:L")
    model = load(tmp_path, body)
    if isinstance(outcome, list):
        assert model.evaluate(record).value == outcome
        return
    with pytest.raises(RecordError) as fault:
        model.evaluate(record)
    assert [item.message for item in fault.value.diagnostics] == [outcome]


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (datetime.date(2018, 4, 6), '@"2018-04-06"'),
        (datetime.datetime(2018, 4, 6, 10, 30), '@"2018-04-06T10:30:00"'),
        (datetime.time(10, 30), '@"10:30:00"'),
        (datetime.timedelta(days=2), '@"P2D"'),
        (pandas.Timestamp("2018-04-06"), '@"2018-04-06T00:00:00"'),
        (numpy.datetime64("2018-04-06"), '@"2018-04-06"'),
        (dmn_engine.feel.evaluate('@"P1Y"'), '@"P1Y"'),
        ([datetime.date(2018, 4, 6), {"a": datetime.date(2018, 4, 7)}], '[@"2018-04-06", {a: @"2018-04-07"}]'),
        (5, "5"),
        ("2018-04-06", '"2018-04-06"'),
    ],
    ids=str,
)
def test_an_input_without_a_type_keeps_the_type_that_it_is_given_with(
    given: object, value: str, tmp_path: Path
) -> None:
    model = load(tmp_path, data("X") + decision("D", "X", "in:X"))
    assert format_value(model.evaluate({"X": given}).value) == value


def test_cells_of_a_sheet_keep_their_types_where_the_model_has_none(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["X"])
    for cell in (5, True, datetime.date(2018, 4, 6), "5"):
        sheet.append([cell])
    book.save(tmp_path / "records.xlsx")
    model = load(tmp_path, data("X") + decision("D", "X", "in:X"))
    schema = model.schema_of()
    records = read_records(tmp_path / "records.xlsx", schema.dictionary, read_sheet=read_grid_records)
    values = [model.evaluate_typed(record.type(schema)).value for record in records]
    assert [format_value(value) for value in values] == ["5", "true", '@"2018-04-06"', '"5"']


NOTE = (
    '{place}: "{text}" looks like a date or a number, and `{expression}` compares it as text, letter by letter '
    '({file}:1 definitions/decision "D"/literalExpression/text); give the input a type'
)


@pytest.mark.parametrize(
    ("expression", "record", "places"),
    [
        ('X > "2018-10-09"', {"X": "2018-4-6"}, {"X": "2018-4-6"}),
        ("X < Y", {"X": "5", "Y": "10"}, {"X": "5", "Y": "10"}),
        ("X between Y and Y", {"X": "6.4.2018", "Y": "b"}, {"X": "6.4.2018"}),
        ('X.a in ("1".."3")', {"X": {"a": "2"}}, {"X.a": "2"}),
        ("max(X)", {"X": ["9", "10"]}, {"X[1]": "9", "X[2]": "10"}),
        ('count(X[item > "P1D"])', {"X": ["PT2H"]}, {"X[1]": "PT2H"}),
        ('X = "2018-10-09"', {"X": "2018-4-6"}, {}),
        ("Y > X", {"X": "abc", "Y": "b"}, {}),
        ("string(X) > Y", {"X": "5"}, {"X": "5"}),
        ("S > X", {"S": "5", "X": "a"}, {}),
    ],
)
def test_texts_that_look_like_dates_or_numbers_are_not_ordered_unsaid(
    expression: str, record: dict[str, object], places: dict[str, str], tmp_path: Path
) -> None:
    body = data("X") + data("Y") + data("S", "string")
    body += decision("D", expression.replace("<", "&lt;"), "in:X", "in:Y", "in:S")
    model = load(tmp_path, body)
    notes = [note for note in model.evaluate(record).notes if not note.startswith("not given")]
    file = tmp_path / "main.dmn"
    assert notes == [
        NOTE.format(place=place, text=text, expression=expression, file=file) for place, text in places.items()
    ]


def test_cells_of_a_table_that_order_texts_are_noted_too(tmp_path: Path) -> None:
    table = (
        '<decision id="D" name="D"><informationRequirement><requiredInput href="#X"/></informationRequirement>'
        "<decisionTable><input><inputExpression{}><text>X</text></inputExpression></input><output/><rule><inputEntry>"
        '<text>&lt; "2018-10-09"</text></inputEntry><outputEntry><text>1</text></outputEntry></rule></decisionTable>'
        "</decision>"
    )
    notes = load(tmp_path, data("X") + table.format("")).evaluate({"X": "2018-04-06"}).notes
    assert [note.partition(" (")[0] for note in notes] == [
        'X: "2018-04-06" looks like a date or a number, and `< "2018-10-09"` compares it as text, letter by letter'
    ]
    assert load(tmp_path, data("X") + table.format(' typeRef="string"')).evaluate({"X": "2018-04-06"}).notes == ()


def test_what_is_missing_is_null_and_said(tmp_path: Path) -> None:
    body = TYPES + data("P", "tPerson") + data("N", "number") + data("M", "number")
    body += decision("D", "if N = null then P.born else null", "in:N", "in:P") + decision("E", "M", "in:M")
    result = load(tmp_path, body).evaluate({"P": {"born": "1960-02-29"}}, "D")
    assert str(result.value) == "1960-02-29"
    assert result.defaults == {"P.visits": None, "P.stay": None, "N": None}
    assert result.notes == ("not given, and so null: P.visits, P.stay, N",)


def test_a_null_keeps_its_cause_through_what_depends_on_it(tmp_path: Path) -> None:
    body = data("N", "number") + decision("A", "1 / N", "in:N") + decision("B", "A", "dec:A")
    result = load(tmp_path, body).evaluate({"N": 0})
    assert (result.decision, result.value, result.status) == ("B", None, Status.ERROR)
    assert [error.message for error in result.errors] == ["cannot divide by zero"]
    assert result["A"].status is Status.ERROR
    assert result.to_dict()["decisions"]["B"]["errors"]  # type: ignore[index]  # JSON


def test_an_error_that_has_no_part_in_a_value_is_not_its_error(tmp_path: Path) -> None:
    body = data("N", "number") + decision("A", "1 / N", "in:N")
    body += decision("B", "if N = 0 then 1 else A", "in:N", "dec:A")
    result = load(tmp_path, body).evaluate({"N": 0})
    assert (result["B"].value, result["B"].status, result["B"].errors) == (1, Status.DETERMINED, ())
    assert result["A"].status is Status.ERROR


def test_a_name_may_be_qualified_by_its_import(tmp_path: Path) -> None:
    write_model(tmp_path, "other", data("X", "number") + decision("Twice", "X * 2", "in:X"))
    body = importing("other", "o") + decision("D", "o.Twice + 1", "dec:urn:other#Twice")
    model = load(tmp_path, body)
    assert model.evaluate({"o": {"X": 4}}).value == 9
    assert model.evaluate({"o": {"X": 4}}, "o.Twice").value == 8
    assert model.evaluate({"o": {"X": 4}})["o.Twice"].value == 8
    assert set(model.evaluate({"o": {"X": 4}}).tables) == {str(tmp_path / "main.dmn"), str(tmp_path / "other.dmn")}


def test_calls_of_functions_services_and_decisions(tmp_path: Path) -> None:
    body = data("N", "number") + decision("A", "N + 1", "in:N") + decision("B", "A * 10", "dec:A")
    body += (
        '<businessKnowledgeModel id="F" name="F"><variable name="F"/><encapsulatedLogic>'
        '<formalParameter name="x" typeRef="number"/><literalExpression><text>x * x</text></literalExpression>'
        "</encapsulatedLogic></businessKnowledgeModel>"
        '<decisionService id="S" name="S"><variable name="S"/><outputDecision href="#B"/><inputDecision href="#A"/>'
        "</decisionService>"
    )
    model = load(tmp_path, body)
    assert model.invoke("F", {"x": 3}).value == 9
    assert model.invoke("S", {"A": 5}).value == 50
    assert model.invoke("B", {"A": 7}).value == 70
    assert model.invoke("F", {}).notes == ("not given, and so null: x",)
    assert model.evaluate({"x": 4}, "F").value == 16
    with pytest.raises(RecordError):
        model.invoke("F", {"y": 3})
    with pytest.raises(UnknownDecision, match="there is no decision `G`"):
        model.invoke("G", {})


def test_frames(tmp_path: Path) -> None:
    model = load(tmp_path, data("N", "number") + decision("A", "N + 1", "in:N"))
    frame = model.evaluate_frame(pandas.DataFrame({"N": [1, 2, None]}))
    assert list(frame["A"])[:2] == [2, 3]
    assert list(frame["A (status)"]) == ["determined", "determined", "error"]
    refused = model.evaluate_frame(pandas.DataFrame({"N": ["x"]}))
    assert list(refused.columns) == list(frame.columns) == ["A", "A (status)", "A (needs)", "errors"]


def test_a_fault_stops_only_what_draws_on_it(tmp_path: Path) -> None:
    body = decision("Good", "1") + decision("Bad", "1 +") + decision("Above", "Bad", "dec:Bad")
    model = dmn_engine.load(write_model(tmp_path, "main", body))
    assert model.evaluate({}, "Good").value == 1
    for name in ("Bad", "Above", None):
        with pytest.raises(TablesAtFault):
            model.evaluate({}, name)


def test_names_that_differ_by_case_are_told_apart(tmp_path: Path) -> None:
    model = load(tmp_path, data("a") + data("A") + decision("x", "a", "in:a") + decision("X", "A", "in:A"))
    assert model.evaluate({"a": 1, "A": 2}).value == {"x": 1, "X": 2}
    assert model.evaluate({"a": 1, "A": 2}, "X").value == 2


def test_a_folder_with_one_top_model_is_that_model(tmp_path: Path) -> None:
    write_model(tmp_path, "base", data("X", "number") + decision("Twice", "X * 2", "in:X"))
    write_model(tmp_path, "main", importing("base", "b") + decision("D", "b.Twice + 1", "dec:urn:base#Twice"))
    model = dmn_engine.load(tmp_path)
    assert not model.diagnostics
    assert model.evaluate({"b": {"X": 1}}).value == 3
    assert model.find_decision(None) == "D"


def test_what_a_rule_rests_on_is_read_as_in_tables(tmp_path: Path) -> None:
    rules = (
        ("r1", '"[9]"', "inferred", "[1,2], [M]", "a note"),
        ("r2", "null", "source", "Smith, 2020", ""),
    )
    rows = "".join(
        f'<rule id="{id_}"><outputEntry><text>1</text></outputEntry><outputEntry><text>{source}</text></outputEntry>'
        + "".join(f"<annotationEntry><text>{text}</text></annotationEntry>" for text in notes)
        + "</rule>"
        for id_, source, *notes in rules
    )
    table = (
        '<decision id="a" name="A"><variable name="A"/><decisionTable hitPolicy="COLLECT">'
        '<output name="Dose"/><output name="Source"/>'
        f'<annotation name="Basis"/><annotation name="Sources"/><annotation name="Why"/>{rows}'
        "</decisionTable></decision>"
    )
    found = load(tmp_path, table).evaluate({})["A"].rules
    assert [(rule.basis, rule.sources, rule.note) for rule in found] == [
        ("inferred", ("1", "2", "M", "9"), "Why: a note"),
        ("source", ("Smith, 2020",), ""),
    ]


def test_an_input_is_given_by_its_name_or_its_variables(tmp_path: Path) -> None:
    inputs = (
        '<inputData id="i" name="Type of day"><variable name="dayType"/></inputData>'
        '<inputData id="j" name="First"><variable name="x"/></inputData>'
        '<inputData id="k" name="Second"><variable name="x"/></inputData>'
    )
    model = dmn_engine.load(write_model(tmp_path, "main", inputs + decision("A", "dayType", "in:i")))
    assert {item.code for item in model.diagnostics} == {"variable-name"}
    assert set(model.dictionary.fields) == {"dayType", "First", "Second"}
    for name in ("dayType", "Type of day", "type of Day"):
        assert model.evaluate({name: "Weekend"}).value == "Weekend"


@pytest.mark.parametrize("name", ["", "o"])
def test_an_input_of_an_import_may_be_missing(name: str, tmp_path: Path) -> None:
    write_model(tmp_path, "other", data("X", "number") + decision("Twice", "X * 2", "in:X"))
    prefix = f"{name}." if name else ""
    model = load(tmp_path, importing("other", name) + decision("D", f"{prefix}Twice", "dec:urn:other#Twice"))
    result = model.evaluate({}, "D", "clinical").decisions["D"]
    assert (result.status, result.needs) == (Status.UNDETERMINED, (name or "X",))
    null = model.evaluate({}, "D")
    assert (null.value, null.notes[0]) == (None, f"not given, and so null: {prefix}X")
    assert not [item for item in model.check() if item.code != "several-tops"]


@pytest.mark.parametrize(
    "body",
    [
        importing("other") + decision("Grade", "2"),
        importing("other", "o") + '<decision id="Grade" name="o.Grade">' + decision("x", "2").split("/>", 1)[1],
    ],
)
def test_an_element_does_not_stand_for_an_imported_one_of_its_name(body: str, tmp_path: Path) -> None:
    write_model(tmp_path, "other", decision("Grade", "1"))
    name = "Grade" if "o.Grade" not in body else "o.Grade"
    body += decision("D", name, "dec:urn:other#Grade") + decision("E", name, "dec:Grade")
    model = dmn_engine.load(write_model(tmp_path, "main", body))
    assert [item.message for item in model.diagnostics] == ["`D` requires `Grade`, and two elements have this name"]
    with pytest.raises(TablesAtFault):
        model.evaluate({}, "D")
    assert model.evaluate({}, "E").value == 2


def test_what_requires_the_second_element_of_a_name_has_no_value(tmp_path: Path) -> None:
    body = decision("A", "1") + decision("A", "2").replace('id="A"', 'id="second"')
    body += decision("D", 'if A = null then "none" else A', "dec:second")
    model = dmn_engine.load(write_model(tmp_path, "main", body))
    with pytest.raises(TablesAtFault):
        model.evaluate({}, "D")


def test_a_function_in_mode_clinical_answers_like_a_decision_that_calls_it(tmp_path: Path) -> None:
    body = data("N", "number") + (
        '<businessKnowledgeModel id="F" name="F"><variable name="F"/><encapsulatedLogic>'
        '<formalParameter name="N" typeRef="number"/>'
        "<literalExpression><text>if 1 / N = null then 0 else 1 / N</text></literalExpression>"
        "</encapsulatedLogic></businessKnowledgeModel>"
    )
    model = load(tmp_path, body + decision("D", "F(N)", "in:N", functions=("F",)))
    records: list[dict[str, object]] = [{}, {"N": 0}, {"N": 2}]
    for record in records:
        called, decided = (model.evaluate(record, name, "clinical").decisions[name] for name in ("F", "D"))
        assert (called.status, called.value, called.needs) == (decided.status, decided.value, decided.needs)
        assert [item.message for item in called.errors] == [item.message for item in decided.errors]
    assert model.evaluate({"N": 0}, "F").value == 0


def test_a_function_of_the_model_hides_the_built_in_of_its_name(tmp_path: Path) -> None:
    body = (
        '<businessKnowledgeModel id="count" name="count"><variable name="count"/><encapsulatedLogic>'
        '<formalParameter name="n"/><literalExpression><text>if n = 7 then 100 else 3</text></literalExpression>'
        "</encapsulatedLogic></businessKnowledgeModel>"
    ) + data("N", "number")
    table = (
        '<decisionTable><input><inputExpression typeRef="number"><text>count(N)</text></inputExpression></input>'
        "<output/><rule><inputEntry><text>count(7)</text></inputEntry><outputEntry><text>count(N)</text></outputEntry>"
        "</rule><rule><inputEntry><text>&lt; count([1, 2]) + 1</text></inputEntry><outputEntry><text>-1</text>"
        "</outputEntry></rule></decisionTable>"
    )
    needs = (
        '<informationRequirement><requiredInput href="#N"/></informationRequirement>'
        '<knowledgeRequirement><requiredKnowledge href="#count"/></knowledgeRequirement>'
    )
    nested = f'<context><contextEntry><variable name="x"/>{table}</contextEntry></context>'
    for name, logic in (("T", table), ("C", nested)):
        body += f'<decision id="{name}" name="{name}"><variable name="{name}"/>{needs}{logic}</decision>'
    model = load(tmp_path, body + decision("D", "count(N)", "in:N", functions=("count",)))
    assert [item.message for item in model.check() if item.severity.value == "error"] == []
    answers = [model.evaluate({"N": number}, name).value for name in ("D", "T", "C") for number in (7, 8)]
    assert answers == [100, 3, 100, -1, {"x": 100}, {"x": -1}]
    assert model.evaluate({}, "T", mode="clinical")["T"].needs == ("N",)


def test_the_graph_of_a_model_has_the_errors_that_loading_reports(tmp_path: Path) -> None:
    write_model(tmp_path, "other", decision("Grade", "1"))
    output = '<outputDecision href="urn:other#Grade"/>'
    service = f'<decisionService id="S" name="S"><variable name="S"/>{output}</decisionService>'
    body = importing("other") + decision("Grade", "2") + service + decision("D", "Grade", "dec:urn:other#Grade")
    first, *others = read_library(write_model(tmp_path, "main", body))
    graph = build_graph(compile_definitions(first, others))
    errors: list[EvaluationError] = []
    assert evaluate_element(graph, "D", {}, errors) is None
    assert invoke_element(graph, "S", {}, errors) is None
    found = [
        "`D` requires `Grade`, and two elements have this name",
        "`S` requires `Grade`, and two elements have this name",
    ]
    assert [error.message for error in errors] == found


def test_no_decision_of_a_cycle_or_above_it_has_an_answer(tmp_path: Path) -> None:
    body = decision("D", "E", "dec:E") + decision("E", "D", "dec:D") + decision("F", "E", "dec:E") + decision("G", "1")
    model = dmn_engine.load(write_model(tmp_path, "main", body))
    for name in ("D", "E", "F"):
        with pytest.raises(TablesAtFault) as raised:
            model.evaluate({}, name)
        assert [item.code for item in raised.value.diagnostics] == ["cycle"]
    assert model.evaluate({}, "G").value == 1


@pytest.mark.parametrize(("type_", "errors"), [("string", 1), ("tSmall", 1), ("number", 0), ("", 0)])
def test_one_field_does_not_serve_inputs_of_two_types(type_: str, errors: int, tmp_path: Path) -> None:
    values = "<allowedValues><text>&lt; 5</text></allowedValues>"
    small = f'<itemDefinition name="tSmall"><typeRef>number</typeRef>{values}</itemDefinition>'
    write_model(tmp_path, "other", small + data("X", type_) + decision("Text", "string(X)", "in:X"))
    body = importing("other") + data("X", "number")
    body += decision("D", "[X, Text]", "in:X", "dec:urn:other#Text")
    model = dmn_engine.load(write_model(tmp_path, "main", body))
    message = "`Text` requires `X`, and two elements have this name"
    assert [item.message for item in model.diagnostics] == [message] * errors
    assert not [item for item in model.check() if item.code != "duplicate-name"]


def test_a_check_of_models_that_import_each_other(tmp_path: Path) -> None:
    write_model(tmp_path, "other", importing("main", "main") + decision("E", "main.D", "dec:urn:main#D"))
    body = importing("other", "other") + decision("D", "other.E", "dec:urn:other#E")
    model = dmn_engine.load(write_model(tmp_path, "main", body))
    assert [item.code for item in model.check()] == ["unknown-import", "undeclared-input", "import-cycle"]
    with pytest.raises(TablesAtFault):
        model.evaluate({}, "D")
