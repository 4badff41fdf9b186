"""Decision tables as understood: typed columns and parsed rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Protocol

from dmn_engine.diagnostics import Diagnostic, Origin
from dmn_engine.feel.syntax import Expression, Name, NodeT, UnaryTests
from dmn_engine.feel.types import NUMBER, ContextType, ListType, Type
from dmn_engine.model.data_dictionary import DataDictionary, Domain, Value
from dmn_engine.model.type_constraints import UNCONSTRAINED, ItemType, TypeConstraint
from dmn_engine.model.workbook_source import CellSource, ReferenceSource


class HitPolicy(Enum):
    """The hit policies of DMN 1.5, 8.2.8; the value is the letter on the sheet."""

    UNIQUE = "U"
    ANY = "A"
    PRIORITY = "P"
    FIRST = "F"
    RULE_ORDER = "R"
    OUTPUT_ORDER = "O"
    COLLECT = "C"
    COLLECT_SUM = "C+"
    COLLECT_MIN = "C<"
    COLLECT_MAX = "C>"
    COLLECT_COUNT = "C#"

    @property
    def is_list(self) -> bool:
        """Whether the result is a list of the outputs of all matching rules."""
        return self in (HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT)

    @property
    def aggregates(self) -> bool:
        """Whether the result is a number computed from all matching rules."""
        return self.value in ("C+", "C<", "C>", "C#")


@dataclass(frozen=True, slots=True)
class InputClause:
    """A When column: its expression over fields and decisions, by their canonical names.

    `name` is the field or decision where the expression is just that name, else empty. `type` and `domain` are the
    column's: of the row `Values`, else the data dictionary's or the decision's. `values` is that row's cell, if any.
    `constraint` is what a value that the column meets must be.
    """

    label: str
    source: CellSource
    expression: Expression
    name: str
    type: Type
    domain: Domain
    values: CellSource | None = None
    constraint: TypeConstraint = UNCONSTRAINED


@dataclass(frozen=True, slots=True)
class OutputEntry:
    """A Then cell with its expression, or a Use cell with the name of the decision; one of the two is None.

    An empty cell where the column allows null has a NullLiteral.
    """

    source: CellSource
    expression: Expression | None
    decision: str | None = None


@dataclass(frozen=True, slots=True)
class OutputClause:
    """A Then or Use column. `priorities` are the listed values in the order of priority (P and O), highest first.

    `values` is the column's cell of the row `Values`, if any. `constraint` is what an output must be; the outcome of
    a used decision is as that decision gives it.
    """

    label: str
    source: CellSource
    type: Type
    domain: Domain
    is_use: bool = False
    priorities: tuple[Value, ...] = ()
    default: OutputEntry | None = None
    values: CellSource | None = None
    constraint: TypeConstraint = UNCONSTRAINED


@dataclass(frozen=True, slots=True)
class InputEntry:
    """A When cell: its unary tests, names canonical."""

    source: CellSource
    tests: UnaryTests


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. `annotations` are in the order of the table's annotation columns.

    `basis`, `sources`, `note` and `status` come from the columns with these labels; `status` is empty if the rule has
    none of its own.
    """

    id: str
    source: CellSource
    inputs: tuple[InputEntry, ...]
    outputs: tuple[OutputEntry, ...]
    annotations: tuple[CellSource, ...] = ()
    basis: str = ""
    sources: tuple[str, ...] = ()
    note: str = ""
    status: str = ""

    @property
    def number(self) -> str:
        """The id without the word that stands before it where a model gives a rule no name: `1` of `rule 1`."""
        return self.id.removeprefix("rule ")


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A decision table (DMN 1.5, 8). `file` is the workbook or model it came from."""

    name: str
    question: str
    hit_policy: HitPolicy
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    annotations: tuple[str, ...]
    rules: tuple[Rule, ...]
    origin: Origin
    file: str

    @property
    def is_single(self) -> bool:
        """Whether there is one output column, whose value is the result itself and not a context."""
        return len(self.outputs) == 1

    @property
    def outcome_type(self) -> Type:
        """The type of the outcome, as far as the table says it: a list or number by its hit policy, else a rule's."""
        if self.hit_policy.aggregates:
            return NUMBER
        members = tuple((column.label, column.type) for column in self.outputs)
        outcome = self.outputs[0].type if self.is_single else ContextType(members)
        return ListType(outcome) if self.hit_policy.is_list else outcome

    @property
    def outcome_item(self) -> ItemType:
        """What a value must be that stands in for the outcome."""
        if self.hit_policy.aggregates:
            return ItemType(NUMBER)
        members = tuple((column.label, column.constraint.item) for column in self.outputs)
        type_ = ContextType(tuple((label, item.type) for label, item in members))
        outcome = members[0][1] if self.is_single else ItemType(type_, members=members)
        return ItemType(ListType(outcome.type), item=outcome) if self.hit_policy.is_list else outcome


@dataclass(frozen=True, slots=True)
class SafetyProperty:
    """A condition over fields and decisions that must hold for every possible patient.

    Either `condition` is a FEEL expression, or it is None and `independent_of` names the field that no decision may
    depend on.
    """

    id: str
    statement: str
    condition: Expression | None
    source: CellSource
    rationale: str = ""
    independent_of: str = ""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an example expects of the outcome of a decision, or of one of its output columns; all parts must hold.

    The outcome's values are those of the named column, else of the first; of a list outcome those of all its items,
    inner lists flattened. `is_exact`: the outcome is `value` (`only: a, b` and `none` of a list outcome: its values
    are those of the list `value`, in any order). `present` and `absent`: values that must and must not be among the
    outcome's. `undetermined`: the status is undetermined, and the fields `needs` are among those needed.
    """

    is_exact: bool = False
    value: Value = None
    present: tuple[Value, ...] = ()
    absent: tuple[Value, ...] = ()
    undetermined: bool = False
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """An example patient of a sheet `Tests`: field values, and per decision (and output column) what to expect.

    Keys of `expected` are (decision, output column or ""), values the cell and what it expects. `cells` are the cells
    of `record`, by field. With `errors`, those of its cells, the example is not run and fails.
    """

    name: str
    source: CellSource
    record: Mapping[str, Value]
    expected: Mapping[tuple[str, str], tuple[CellSource, Expectation]]
    cells: Mapping[str, CellSource] = field(default_factory=dict)
    errors: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook file as a whole: its hash, About page and references.

    `references` are the citations by id; `sources` the rows of the sheet as written; `review_due` is that cell of the
    About page.
    """

    file: str
    sha256: str
    about: Mapping[str, str]
    references: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[ReferenceSource, ...] = ()
    review_due: CellSource | None = None

    @property
    def status(self) -> str:
        """The review status on the About page; `draft` if it has none."""
        return self.about.get("Status", "") or "draft"


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a set of workbooks by decision name, and every diagnostic of building them.

    `unusable` are the decisions with errors of their own, which are not in `tables`. A decision that depends on one
    of them is in `tables`, but must not be evaluated either.
    """

    dictionary: DataDictionary
    tables: Mapping[str, DecisionTable]
    workbooks: Mapping[str, Workbook]
    safety: tuple[SafetyProperty, ...] = ()
    examples: tuple[Example, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    unusable: Mapping[str, tuple[Diagnostic, ...]] = field(default_factory=dict)


class Change(Protocol):
    """A function that returns a changed syntax node of the same kind."""

    def __call__(self, node: NodeT, /) -> NodeT: ...


def map_expressions(table: DecisionTable, change: Change) -> DecisionTable:
    """The table with every expression and condition replaced by what `change` makes of it."""

    def map_cell(cell: OutputEntry) -> OutputEntry:
        return cell if cell.expression is None else replace(cell, expression=change(cell.expression))

    def map_column(column: InputClause) -> InputClause:
        node = change(column.expression)
        return replace(column, expression=node, name=node.name if isinstance(node, Name) else "")

    inputs = tuple(map(map_column, table.inputs))
    outputs = tuple(
        replace(column, default=None if column.default is None else map_cell(column.default))
        for column in table.outputs
    )
    rules = tuple(
        replace(
            rule,
            inputs=tuple(replace(cell, tests=change(cell.tests)) for cell in rule.inputs),
            outputs=tuple(map(map_cell, rule.outputs)),
        )
        for rule in table.rules
    )
    return replace(table, inputs=inputs, outputs=outputs, rules=rules)
