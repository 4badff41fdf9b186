"""Values that a column meets or gives, against the values that it allows.

A constant that is not allowed is an error of its cell. What enters a column, and what a formula gives, depends on the
record: it is proved to be allowed, refuted by a patient, or reported as not proved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dmn_engine.check.bounds import OPEN, TRUE, Bounds, join_or, negate
from dmn_engine.check.box_evaluation import BoxEvaluation
from dmn_engine.check.proof import Claim
from dmn_engine.check.universe import Universe
from dmn_engine.compile.hit_policy import NO_RULE
from dmn_engine.compile.names import read_names
from dmn_engine.compile.nodes import Logic
from dmn_engine.compile.table import CompiledColumn, CompiledOutput
from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.evaluate.decision_diagram import Diagram
from dmn_engine.feel.compiler import Program
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.syntax import Arithmetic, Call, Expression, Filter, FunctionDefinition, walk
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import DecisionTable
from dmn_engine.model.type_constraints import TypeConstraint, read_number
from dmn_engine.model.unknown import ErrorValue, find_partial, merge

NOT_ALLOWED = "value-not-allowed"
CODES = (NOT_ALLOWED, "value-not-proved")
QUESTION = "whether every value is allowed"


def check(universe: Universe, table: DecisionTable, diagnostics: Diagnostics) -> None:
    """Report each column that may meet, and each formula that may give, a value that its column does not allow."""
    name, compiled = table.name, universe.graph.table(table.name)
    for index, column in enumerate(compiled.columns):
        restricts = column.constraint is not None and _restricts(column.constraint)
        if restricts or (column.program is not None and universe.graph.clinical):
            place = column.column.source.source
            shown = place if column.column.values is None else column.column.values.source
            title = f"column {column.column.label}"
            part = _Part(universe, name, title, "meets", place, shown, column.program, restricts)
            part.settle(diagnostics, part.meet(index), _claim_input(name, column))
    formulas = [
        (index, cell)
        for index in (*range(len(table.rules)), NO_RULE)
        for cell in compiled.row(index)
        if cell is not None and cell.program is not None and _may_refuse(universe, cell.constraint)
    ]
    guards = _list_guards(universe, name) if formulas else {}
    for index, cell in formulas:
        if index in guards:
            title = "the row Default" if index == NO_RULE else f"rule {table.rules[index].id}"
            place = cell.cell.source.source
            node = cell.cell.expression
            assert node is not None
            has_values, may_fail = _restricts(cell.constraint), _may_fail(universe, node)
            part = _Part(universe, name, title, "gives", place, place, None, has_values, may_fail)
            part.settle(diagnostics, part.give(guards[index], cell), _claim_output(name, index, cell))


def check_logic(universe: Universe, name: str, logic: Logic, diagnostics: Diagnostics) -> None:
    """Report a decision that is not a table and may give a value that its declared type does not allow."""
    if logic.place is None or not logic.result.is_restricted:
        return
    part = _Part(universe, name, "its expression", "gives", logic.place, logic.place)
    apply = universe.symbolic.diagrams.apply
    given = apply(part._judge, universe.reach(name), universe.symbolic.value(name))
    constraint = TypeConstraint(logic.result)
    part.settle(diagnostics, given, lambda evaluation: evaluation.allow(constraint, evaluation.compute(logic)))


def _restricts(constraint: TypeConstraint) -> bool:
    return constraint.allowed is not None or constraint.type.is_restricted


def _may_refuse(universe: Universe, constraint: TypeConstraint) -> bool:
    """Whether a formula may be wrong: in mode clinical also where it fails, whatever values its column allows."""
    return _restricts(constraint) or universe.graph.clinical


_TOTAL = frozenset(
    {"not", "abs", "floor", "ceiling", "decimal", "min", "max", "count", "string", "string length", "contains"}
    | {"starts with", "ends with", "upper case", "lower case", "list contains", "all", "any", "today", "now"}
)
"""Built-in functions that have a value for all values of the right types."""


def _may_fail(universe: Universe, node: Expression) -> bool:
    """Whether a formula has an operation that fails for some values of the right types, or reads what may be null."""
    fields, tables = universe.graph.tables.dictionary.fields, universe.graph.tables.tables
    for part in walk(node):
        match part:
            case Arithmetic(operator="/", right=right) if not read_number(right):
                return True
            case Arithmetic(operator="**") | Filter() | FunctionDefinition():
                return True
            case Call() if part.builtin not in _TOTAL and read_names(part):
                return True
    for name in read_names(node):
        table = tables.get(name)
        columns = () if table is None else table.outputs
        if any(column.constraint.nullable for column in columns) or (name in fields and fields[name].nullable):
            return True
    return False


def _list_guards(universe: Universe, name: str) -> Mapping[int, Diagram]:
    """When each row of outputs is computed, the row Default included: to rank the outputs, those of all matches."""
    found = dict(enumerate(universe.symbolic.guards(name)))
    if not universe.graph.table(name).priorities:
        found = dict(universe.symbolic.selections(name))
    return {**found, NO_RULE: universe.symbolic.unmatched(name)}


@dataclass(frozen=True, slots=True)
class _Part:
    """A column, or an output cell of a rule, by its `title`, with what it does with values, as a `verb`.

    Its errors have the source `place`; messages show `shown`. `program` is a column's formula: in mode dmn an error of
    the formula is null, which no column refuses. Where no values are listed (`has_values` is false), only a formula
    that fails is wrong, and null where the column does not allow it; what is not proved is then reported of a formula
    that has an operation which fails for some values (`may_fail`).
    """

    universe: Universe
    name: str
    title: str
    verb: str
    place: Source
    shown: Source
    program: Program | None = None
    has_values: bool = True
    may_fail: bool = False

    def meet(self, index: int) -> Diagram:
        """False where the column allows what it meets, or no entry reads it; else what is wrong or unknown."""
        symbolic = self.universe.symbolic
        met = symbolic.diagrams.apply(self._judge, self.universe.reach(self.name), symbolic.input(self.name, index))
        affected = symbolic.value(self.name) if self.universe.graph.clinical else symbolic.refusals(self.name)
        given = symbolic.diagrams.apply(self._judge, symbolic.diagrams.leaf(True), affected)
        return symbolic.diagrams.apply(lambda one, other: other if one is not False else False, met, given)

    def give(self, guard: Diagram, cell: CompiledOutput) -> Diagram:
        """False where the cell is not reached or gives a value that is allowed, else what is wrong or unknown."""
        symbolic, clinical = self.universe.symbolic, self.universe.graph.clinical
        assert cell.cell.expression is not None

        def compute(variables: Mapping[str, Value], errors: list[EvaluationError]) -> Value:
            own: list[EvaluationError] = []
            value = cell.compute(variables, own, clinical=clinical)
            return ErrorValue(tuple(own)) if own else value

        given = symbolic.evaluate(cell.cell.expression, compute, sorted(cell.reads))
        chosen = symbolic.conjoin(self.universe.reach(self.name), guard)
        return symbolic.diagrams.apply(self._judge, chosen, given)

    def _judge(self, chosen: Value, given: Value) -> Value:
        partial = find_partial(given)
        if chosen is False or isinstance(chosen, ErrorValue) or partial is None:
            return False
        if isinstance(partial, ErrorValue) and str(self.place.origin) not in {each.origin for each in partial.errors}:
            return False  # an error of what is read, reported there
        return partial if chosen is True else merge((chosen, *([] if isinstance(partial, ErrorValue) else [partial])))

    def settle(self, diagnostics: Diagnostics, open_: Diagram, bound: Callable[[BoxEvaluation], Bounds]) -> None:
        """Report a patient for whom a value is not allowed, or that none is proved not to exist."""
        universe = self.universe
        record = universe.find_record(open_, lambda value: isinstance(value, ErrorValue))
        full = None if record is None else universe.complete(record)
        if record is not None and full is not None and self._list_errors(full):
            self._report(diagnostics, record, self._list_errors(full)[0])
            return
        if universe.find_record(open_, lambda value: value is not False) is None:
            return
        claim = Claim(bound, lambda record: bool(self._list_errors(record)))
        found = universe.prove(open_, lambda value: value is not False, claim)
        if found.record is not None:
            errors = self._list_errors(found.record)
            self._report(diagnostics, universe.limit(found.record, self.name), errors[0])
        elif not found.holds and (self.has_values or self.may_fail):
            computed = universe.list_computed(open_)
            titles = universe.show_titles(computed)
            places = universe.list_computations(computed, universe.graph.reach(self.name))
            is_own = any(source.origin == self.place.origin for source, _ in places)
            what = "only allowed values" if self.has_values else "a value for every patient"
            other = "widen the allowed values" if self.has_values else "let conditions exclude where the formula fails"
            diagnostics.warning(
                CODES[1],
                f"{self.name}: it is not proved that {self.title} {self.verb} {what}: that depends on a computation "
                f"with {titles}",
                self.shown,
                related=() if is_own else places,
                help=f"narrow the values of {titles} in the data dictionary, or {other}",
            )

    def _list_errors(self, record: Mapping[str, Value]) -> list[str]:
        """The errors of this column or cell for a record, where they leave it without an answer."""
        evaluation = self.universe.evaluate(record)
        answer = evaluation.decide(self.name)
        nulls = set() if self.universe.graph.clinical else self._list_own_errors(record)
        partial = find_partial(answer.value)
        failed = {failure.message for failure in partial.errors} if isinstance(partial, ErrorValue) else set()
        return [
            error.message
            for error in answer.errors
            if error.source.origin == self.place.origin
            and error.message not in nulls
            and (error.message in failed or not self.universe.graph.clinical)
        ]

    def _list_own_errors(self, record: Mapping[str, Value]) -> set[str]:
        """The errors of a column's formula for a record."""
        own: list[EvaluationError] = []
        if self.program is not None:
            self.program.evaluate(self.universe.evaluate(record).variables, own)
        return {error.message for error in own}

    def _report(self, diagnostics: Diagnostics, record: Mapping[str, Value], message: str) -> None:
        fails = message in self._list_own_errors(record)
        verb = "has" if fails else self.verb
        advice = "narrow what the column meets" if verb == "meets" else "correct the formula"
        has_values = self.has_values and not fails
        what, other = ("no allowed value", ", or widen the allowed values") if has_values else ("no value", "")
        diagnostics.error(
            CODES[0],
            f"{self.name}: {self.title} {verb} {what}: {message}",
            self.place if fails else self.shown,
            help=f"{advice}{other}; example patient: {self.universe.show_record(record)}",
        )


def _claim_input(name: str, column: CompiledColumn) -> Callable[[BoxEvaluation], Bounds]:
    """The claim that a column allows its input value, or that the decision has an answer for every value."""

    def bound(evaluation: BoxEvaluation) -> Bounds:
        met = evaluation.may_meet(column)
        if met == TRUE and column.program is not None and evaluation.meet(column) is OPEN:
            met = OPEN
        return TRUE if met == TRUE or evaluation.decide(name) is not OPEN else met

    return bound


def _claim_output(name: str, index: int, cell: CompiledOutput) -> Callable[[BoxEvaluation], Bounds]:
    """The claim that a cell gives an allowed value wherever its rule, or the row Default, is taken."""

    def bound(evaluation: BoxEvaluation) -> Bounds:
        taken = negate(evaluation.match_any(name)) if index == NO_RULE else evaluation.match(name, index)
        return join_or(negate(taken), evaluation.allow(cell.constraint, evaluation.give(cell)))

    return bound
