"""Workbooks as a model: tables that are wired by names, evaluated over records of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dmn_engine.api.errors import RecordError, TablesAtFault
from dmn_engine.api.inputs import InputSchema
from dmn_engine.api.model import DISCLAIMER, VERSION, EvaluationResult, Mode, Model, join_results
from dmn_engine.compile.graph import Graph
from dmn_engine.compile.outline import Outline, outline_tables
from dmn_engine.diagnostics import CellRef, Diagnostic, Diagnostics, LineRef, Severity, Source, file_of, nearest_name
from dmn_engine.evaluate.evaluation import Evaluation
from dmn_engine.evaluate.solution import Solver
from dmn_engine.feel.types import Type
from dmn_engine.model.cell_text import fold_label
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import Tables
from dmn_engine.model.result import DecisionResult
from dmn_engine.records import RecordSchema, TypedRecord, type_record

if TYPE_CHECKING:
    pass

_QUIET_SHEETS = frozenset({"Tests", "How to"})  # a fault there changes no answer


@dataclass(slots=True)
class TableModel(Model):
    """Tables ready to evaluate."""

    tables: Tables
    schema: RecordSchema
    diagnostics: tuple[Diagnostic, ...]
    graph: Graph = field(init=False)
    _checked: dict[str, tuple[Diagnostic, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.graph = Graph(self.tables)

    @property
    def default_mode(self) -> Mode:
        return "clinical"

    @property
    def top_decisions(self) -> tuple[str, ...]:
        return self.graph.roots

    @property
    def default_decision(self) -> str:
        """The decision that no other one uses; of several, all of them together.

        Raises TablesAtFault if any table has errors: a top decision may be missing, and an answer of a part of the
        graph must not pass for that of the whole.
        """
        if not self.top_decisions:
            raise TablesAtFault("no decision can be evaluated", self.diagnostics)
        faults = [item for item in self.diagnostics if item.severity is Severity.ERROR and not _is_quiet(item)]
        if faults:
            raise TablesAtFault("tables have errors: fix them, or name the decision to evaluate", faults)
        return self.top_decisions[0] if len(self.top_decisions) == 1 else self.whole

    def list_names(self) -> Iterable[str]:
        yield from self.tables.tables
        yield from self.tables.unusable
        if len(self.top_decisions) > 1:
            yield self.whole

    def schema_of(self, decision: str | None = None) -> RecordSchema:
        return self.schema

    def evaluate_typed(
        self, record: TypedRecord, decision: str | None = None, mode: Mode | None = None
    ) -> EvaluationResult:
        name = self.find_decision(decision)
        self.require_sound(name)
        values, defaults = self._fill(record)
        solver = Solver(self.graph, Evaluation(self.graph, values, clinical=mode != "dmn"))
        targets = self.list_targets(name)
        decisions = {each: result for target in targets for each, result in solver.solve_all(target).items()}
        if name not in decisions:
            parts = [decisions[target] for target in targets]
            decisions[name] = join_results(name, parts, mode or self.default_mode)
        return self._report(name, decisions, defaults)

    def invoke(self, name: str, arguments: Mapping[str, object]) -> EvaluationResult:
        """One decision with its direct inputs: the fields and decisions that its table reads, by name or title.

        What is given for a decision stands in for its outcome; an input that is left out is null.
        """
        found = self.find_decision(name)
        self.require_sound(found)
        if found not in self.tables.tables:
            return self.evaluate(arguments, found)
        reads = self.graph.list_reads(found)
        given = self._read_arguments(found, arguments)
        evaluation = Evaluation(self.graph, {**dict.fromkeys(reads), **given}, clinical=False)
        evaluation.decide(found)
        missing: dict[str, Value] = {read: None for read in reads if read not in given}
        return self._report(found, {found: Solver(self.graph, evaluation).solve(found)}, missing)

    def read_record(self, record: Mapping[str, object], decision: str) -> Mapping[str, Value]:
        return self._fill(type_record(record, self.schema))[0]

    def run_example(self, record: Mapping[str, Value], decision: str) -> EvaluationResult:
        return self.evaluate(record, decision)

    def check(self) -> tuple[Diagnostic, ...]:
        from dmn_engine.check import run_checks
        from dmn_engine.check.reviews import check_reviews, read_clock

        reviews = check_reviews(self.tables.workbooks.values(), read_clock())
        return Diagnostics([*self.diagnostics, *run_checks(self.graph), *self.check_tops(), *reviews]).sorted()

    def outline(self) -> Outline:
        return outline_tables(self.graph)

    def list_outcomes(self, decision: str | None = None) -> Mapping[str, Type]:
        return {name: self.tables.tables[name].outcome_type for name in self._reach(self.find_decision(decision))}

    def list_columns(self, decision: str | None = None) -> Sequence[str]:
        """The decision asked for and what it uses, without the tables that one only hands over to."""
        targets = self.list_targets(self.find_decision(decision))
        reached = [
            name for target in reversed(targets) if target in self.tables.tables for name in self.graph.reach(target)
        ]
        tables = self.tables.tables
        routed = {used for name in reached if tables[name].is_single for used in self.graph.list_used(name)}
        below = (name for name in reversed(reached) if name not in routed)
        return list(dict.fromkeys((*targets, *below)))

    def list_faults(self, name: str) -> Iterable[Diagnostic]:
        """The errors of the tables that the decision draws on, and of their workbooks."""
        faults = self._checked.get(name)
        if faults is None:
            faults = self._checked[name] = tuple(self._list_faults(name))
        return faults

    def _list_faults(self, name: str) -> list[Diagnostic]:
        reached = self._reach(name)
        files = {self.tables.tables[each].file for each in reached}
        names = {name, *reached, *(read for each in reached for read in self.graph.list_reads(each))}
        blocked = {item for each in names for item in self.tables.unusable.get(each, ())}
        for item in self.diagnostics:
            if item.severity is Severity.ERROR and not _is_quiet(item) and file_of(item.source.origin) in files:
                blocked.add(item)
        return [item for item in self.diagnostics if item in blocked]

    def _reach(self, name: str) -> list[str]:
        """All decisions that the evaluation of a name may come to, those first that others need."""
        targets = [target for target in self.list_targets(name) if self.graph.is_decision(target)]
        return list(dict.fromkeys(each for target in targets for each in self.graph.reach(target)))

    def _fill(self, typed: TypedRecord) -> tuple[dict[str, Value], dict[str, Value]]:
        """The record's values with the schema's defaults, and the defaults alone."""
        if typed.has_errors:
            raise RecordError("the record cannot be evaluated", typed.diagnostics)
        defaults = {
            item.name: item.default
            for item in self.vocabulary.fields.values()
            if item.has_default and item.name not in typed.values
        }
        return {**typed.values, **defaults}, defaults

    def _report(self, name: str, decisions: dict[str, DecisionResult], defaults: dict[str, Value]) -> EvaluationResult:
        files = list(dict.fromkeys(self.tables.tables[each].file for each in self._reach(name)))
        books = self.tables.workbooks
        return EvaluationResult(
            name,
            decisions,
            decisions[name].needs,
            {file: books[file].sha256 for file in files if file in books},
            {file: books[file].status for file in files if file in books},
            VERSION,
            DISCLAIMER,
            defaults,
        )

    def _read_arguments(self, name: str, arguments: Mapping[str, object]) -> dict[str, Value]:
        """The arguments by the names that the decision reads. Raises RecordError."""
        fields: dict[str, object] = {}
        given: dict[str, object] = {}
        diagnostics = Diagnostics()
        known = dict(self._list_parameters(name))
        for label, value in arguments.items():
            read = known.get(fold_label(label))
            if read is None:
                near = nearest_name(label, [*self._titles(name)])
                hint = f"did you mean `{near}`?" if near else f"it reads: {', '.join(self._titles(name))}"
                place = Source(label, LineRef("arguments", 0, f"/{label}"))
                diagnostics.error("unknown-field", f"`{name}` has no input `{label}`", place, help=hint)
            elif self.graph.is_decision(read):
                given[read] = value
            else:
                fields[read] = value
        typed = type_record(fields, self.schema)
        outcomes = {read: self.tables.tables[read].outcome_item for read in given}
        typed_outcomes = type_record(given, InputSchema(outcomes, "arguments"))
        diagnostics.items += [*typed.diagnostics, *typed_outcomes.diagnostics]
        if diagnostics.has_errors:
            raise RecordError("the arguments cannot be used", diagnostics.sorted())
        return {**typed.values, **typed_outcomes.values}

    def _list_parameters(self, name: str) -> Iterator[tuple[str, str]]:
        """(folded name or title, name) of each direct input of a decision."""
        for read in self.graph.list_reads(name):
            yield fold_label(read), read
            found = self.vocabulary.fields.get(read)
            if found is not None:
                yield fold_label(found.title), read

    def _titles(self, name: str) -> list[str]:
        fields = self.vocabulary.fields
        return [fields[read].title if read in fields else read for read in self.graph.list_reads(name)]


def _is_quiet(item: Diagnostic) -> bool:
    match item.source.origin:
        case CellRef(sheet=sheet):
            return sheet in _QUIET_SHEETS
        case LineRef(element=element):  # `Tests, NAME, FIELD` of a page, `/tests/0/when/Age` of a JSON document
            return element.split(", ")[0] in _QUIET_SHEETS or element.split("/")[1:2] == ["tests"]
    return False
