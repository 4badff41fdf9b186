"""Random small decision graphs over a small data dictionary."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from dmn_engine.compile.graph import Graph
from dmn_engine.diagnostics import CellRef, Diagnostics, Source
from dmn_engine.feel.parser import parse_expression, parse_unary_tests
from dmn_engine.feel.types import ANY, BOOLEAN, NUMBER, STRING, ListType, Type
from dmn_engine.model.data_dictionary import DataDictionary, Domain, Field, Value
from dmn_engine.model.decision_table import (
    DecisionTable,
    HitPolicy,
    InputClause,
    InputEntry,
    OutputClause,
    OutputEntry,
    Rule,
    Tables,
    Workbook,
)
from dmn_engine.model.type_constraints import TypeConstraint
from dmn_engine.model.workbook_source import CellSource

FIELDS = {
    "receptor": Field("receptor", "Receptor", STRING, Domain(("positive", "negative", "unknown"))),
    "crisis": Field("crisis", "Crisis", BOOLEAN),
    "months": Field("months", "Months", NUMBER, Domain(low=Decimal(0), high=Decimal(24))),
    "symptoms": Field("symptoms", "Symptoms", ListType(STRING), Domain(("pain", "bleeding"))),
}
CELLS = {
    "receptor": ("-", '"positive"', '"negative", "unknown"', 'not("positive")'),
    "crisis": ("-", "true", "false"),
    "months": ("-", "< 6", "[6..12]", "> 12", "6, 12", "not(> 12)", "? * 2 > 12", "> (if crisis then 6 else 12)"),
    "symptoms": ("-", 'list contains(?, "pain")', "count(?) = 0", "count(?) = 2"),
    "First": ("-", '"x"', '"y"', 'not("x")', "null"),
    "crisis and months > 6": ("-", "true", "false"),
    'receptor = "positive" or crisis': ("-", "true", "false"),
    'First = "x" and crisis': ("-", "true", "false"),
    "months * 2": ("-", "> 12"),
}
OUTPUTS = ('"x"', '"y"', '"z"', 'if crisis then "x" else "y"', "receptor")
NAMES = {**{name: item.type for name, item in FIELDS.items()}, "First": ANY, "Second": ANY, "Third": ANY}


def parse(text: str, place: str) -> tuple[CellSource, Diagnostics]:
    return CellSource(Source(text, CellRef("drawn.xlsx", "Tables", place))), Diagnostics()


def make_table(
    name: str,
    policy: HitPolicy,
    columns: list[str],
    rows: list[list[str]],
    outputs: list[str],
    default: str = "",
    type_: Type = STRING,
) -> DecisionTable:
    inputs, rules = [], []
    for label in columns:
        source, diagnostics = parse(label, "A1")
        expression = parse_expression(source.source, NAMES, diagnostics)
        assert expression is not None, diagnostics.items
        plain = label if label in NAMES else ""
        inputs.append(InputClause(label, source, expression, plain, ANY, Domain()))
    for index, (cells, output) in enumerate(zip(rows, outputs, strict=True)):
        tests = []
        for cell in cells:
            source, diagnostics = parse(cell, f"B{index + 1}")
            found = parse_unary_tests(source.source, NAMES, diagnostics)
            assert found is not None, (cell, diagnostics.items)
            tests.append(InputEntry(source, found))
        identity = parse(f"R{index}", f"A{index + 1}")[0]
        rules.append(Rule(f"R{index}", identity, tuple(tests), (make_output(output, f"C{index + 1}"),)))
    default_cell = make_output(default, "C1") if default else None
    priorities: tuple[Value, ...] = ("y", "x", "z", "positive", "negative", "unknown")
    column = OutputClause(
        "Outcome",
        parse("Outcome", "C1")[0],
        type_,
        Domain(),
        priorities=priorities,
        default=default_cell,
        constraint=TypeConstraint(),
    )
    origin = CellRef("drawn.xlsx", "Tables", "A1:C9")
    return DecisionTable(name, "", policy, tuple(inputs), (column,), (), tuple(rules), origin, "drawn.xlsx")


def make_output(text: str, place: str) -> OutputEntry:
    source, diagnostics = parse(text, place)
    if text.startswith("use "):
        return OutputEntry(source, None, text[4:])
    expression = parse_expression(source.source, NAMES, diagnostics)
    assert expression is not None, diagnostics.items
    return OutputEntry(source, expression)


def make_graph(*tables: DecisionTable) -> Graph:
    vocabulary = DataDictionary(FIELDS)
    return Graph(Tables(vocabulary, {t.name: t for t in tables}, {"drawn.xlsx": Workbook("drawn.xlsx", "0" * 64, {})}))


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """A graph of three tables: First over fields, Second over fields and First, Third over all, with Use cells."""
    first = draw(tables("First", [label for label in CELLS if "First" not in label], uses=False))
    second = draw(tables("Second", list(CELLS), uses=False))
    third = draw(tables("Third", list(CELLS), uses=True))
    return make_graph(first, second, third)


@st.composite
def tables(draw: st.DrawFn, name: str, labels: list[str], *, uses: bool) -> DecisionTable:
    policies = [HitPolicy.UNIQUE, HitPolicy.FIRST, HitPolicy.ANY]
    if not uses:
        policies += [HitPolicy.PRIORITY] if name == "Second" else []
    if name != "First":
        policies += [HitPolicy.COLLECT, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT_COUNT]
    policy = draw(st.sampled_from(policies))
    columns = draw(st.lists(st.sampled_from(labels), min_size=1, max_size=3, unique=True))
    count = draw(st.integers(1, 4))
    rows = [[draw(st.sampled_from(CELLS[label])) for label in columns] for _ in range(count)]
    constants = list(OUTPUTS[:3])
    choices = constants if policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER) else list(OUTPUTS)
    if uses and policy is not HitPolicy.OUTPUT_ORDER and not policy.aggregates:
        choices += ["use First", "use Second"]
    outputs = [draw(st.sampled_from(choices)) for _ in range(count)]
    single = not policy.is_list and not policy.aggregates
    defaults = ["", '"y"', *(["use Second"] if uses and policy is HitPolicy.COLLECT else [])]
    default = "" if policy.aggregates else draw(st.sampled_from(defaults))
    if uses and single and draw(st.booleans()):  # wholly what others give, as where a table routes to lists of options
        outputs = ["use Second"] * count
        default = draw(st.sampled_from(["", "use Second", "use First"]))
    return make_table(name, policy, columns, rows, outputs, default)


def describe(graph: Graph) -> str:
    """The tables as text, for a failing example."""
    lines = []
    for table in graph.tables.tables.values():
        lines.append(f"{table.name} {table.hit_policy.value} | " + " | ".join(c.label for c in table.inputs))
        for rule in table.rules:
            lines.append(
                "  " + " | ".join([*(c.source.text for c in rule.inputs), *(c.source.text for c in rule.outputs)])
            )
        default = table.outputs[0].default
        if default is not None:
            lines.append(f"  default {default.source.text}")
    return "\n".join(lines)
