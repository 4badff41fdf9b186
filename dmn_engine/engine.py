"""The engine as a user holds it: load tables, evaluate records, check. Wires the layers; knows no rule of theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dmn_engine.decisions.builder import build_tables
from dmn_engine.decisions.evaluation import Evaluation
from dmn_engine.decisions.graph import Graph
from dmn_engine.decisions.model import Tables
from dmn_engine.decisions.result import DecisionResult, Result
from dmn_engine.decisions.solution import Solver
from dmn_engine.decisions.vocabulary import Value, Vocabulary
from dmn_engine.diagnostics import CellRef, Diagnostic, Diagnostics, Severity, file_of, nearest
from dmn_engine.loading import load_documents, load_schema, load_workbooks
from dmn_engine.records import RecordSchema, TypedRecord, type_record
from dmn_engine.records.tables import validate_table

if TYPE_CHECKING:
    import pandas

    from dmn_engine.decisions.explanation import WhyNot

Mode = Literal["clinical", "dmn"]

VERSION = "0.1.0"

DISCLAIMER = (
    "This output supports, and never replaces, clinical judgement. It repeats what the decision tables say, with the "
    "review status shown; the treating clinician decides."
)

_QUIET_SHEETS = frozenset({"Tests", "How to"})  # a fault there changes no answer


class EngineError(Exception):
    """A request that cannot be met; `diagnostics` say why, with their places."""

    def __init__(self, message: str, diagnostics: Sequence[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.diagnostics = tuple(diagnostics)


class RecordError(EngineError):
    """The record breaks the vocabulary."""


class TablesAtFault(EngineError):
    """The tables that the decision draws on have errors, so that no answer of theirs can be trusted."""


class UnknownDecision(EngineError):
    """No table has this name."""


@dataclass(frozen=True, slots=True)
class EvaluationResult(Result):
    """A Result that can be written as JSON."""

    def to_dict(self) -> dict[str, object]:
        """The result in the form of schemas/result.schema.json."""
        from dmn_engine.records.results import to_dict

        return to_dict(self)


@dataclass(slots=True)
class Model:
    """Tables ready to evaluate. `diagnostics` are all findings of loading; static checks are `check()`."""

    tables: Tables
    schema: RecordSchema
    diagnostics: tuple[Diagnostic, ...]
    graph: Graph = field(init=False)
    _checked: dict[str, tuple[Diagnostic, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.graph = Graph(self.tables)

    @property
    def vocabulary(self) -> Vocabulary:
        return self.tables.vocabulary

    @property
    def default_decision(self) -> str:
        """The decision that draws on most others: the top of the graph.

        Raises TablesAtFault where any table has errors, since the top may be the one that could not be built, and an
        answer of a part of the graph must not pass for that of the whole.
        """
        roots = self.graph.roots
        if not roots:
            raise TablesAtFault("no decision can be evaluated", self.diagnostics)
        faults = [item for item in self.diagnostics if item.severity is Severity.ERROR and not _is_quiet(item)]
        if faults:
            raise TablesAtFault("tables have errors: mend them, or name the decision to evaluate", faults)
        return max(roots, key=lambda name: len(self.graph.reach(name)))

    def evaluate(
        self, record: Mapping[str, object], decision: str | None = None, mode: Mode = "clinical"
    ) -> EvaluationResult:
        """Evaluate one record, given by field names or titles; Python's or JSON's values are both taken.

        Raises RecordError where the record breaks the vocabulary, UnknownDecision, and TablesAtFault where the
        decision draws on a table with errors.
        """
        return self.evaluate_typed(type_record(record, self.schema), decision, mode)

    def evaluate_typed(
        self, record: TypedRecord, decision: str | None = None, mode: Mode = "clinical"
    ) -> EvaluationResult:
        """Evaluate a record that was read and checked before; as `evaluate`."""
        name = self.find_decision(decision)
        self.require_sound(name)
        values, defaults = self._fill(record)
        evaluation = Evaluation(self.graph, values, clinical=mode == "clinical")
        return self._report(name, Solver(self.graph, evaluation).solve_all(name), defaults)

    def evaluate_frame(self, frame: pandas.DataFrame, decision: str | None = None) -> pandas.DataFrame:
        """Evaluate each row of a DataFrame whose columns are field names or titles; missing cells are unknown.

        Texts are read as in a CSV file: `yes` and `no`, numbers, lists with `;` or `,`.
        """
        from dmn_engine.frames import evaluate_frame
        from dmn_engine.records.tabular import read_texts

        def evaluate(record: Mapping[str, object]) -> Result | Sequence[Diagnostic]:
            try:
                return self.evaluate(read_texts(record, self.vocabulary), decision)
            except RecordError as fault:
                return fault.diagnostics

        self.require_sound(self.find_decision(decision))
        return evaluate_frame(frame, evaluate)

    def explain_why_not(
        self, record: Mapping[str, object], text: str, decision: str | None = None
    ) -> tuple[WhyNot, ...]:
        """Why the rules named by `text` (an id, or words of an output) did not give their output; empty if none is.

        Raises as `evaluate` does.
        """
        from dmn_engine.decisions.explanation import explain_why_not

        name = self.find_decision(decision)
        self.require_sound(name)
        values, _ = self._fill(type_record(record, self.schema))
        return explain_why_not(self.graph, values, text, name)

    def check(self) -> tuple[Diagnostic, ...]:
        """All findings: those of loading, and the static checks of the tables that could be built."""
        from dmn_engine.verify import run_checks

        found = Diagnostics([*self.diagnostics, *run_checks(self.graph)])
        return found.sorted()

    def find_decision(self, decision: str | None) -> str:
        """The full name of a decision (white space and case do not count). Raises UnknownDecision."""
        if decision is None:
            return self.default_decision
        known = {_fold(name): name for name in (*self.tables.tables, *self.tables.unusable)}
        found = known.get(_fold(decision))
        if found is None:
            near = nearest(decision, known.values())
            hint = f"; did you mean `{near}`?" if near else f"; known are: {', '.join(sorted(known.values()))}"
            raise UnknownDecision(f"there is no decision `{decision}`{hint}")
        return found

    def require_sound(self, name: str) -> None:
        """Raise TablesAtFault where a table that the decision draws on, or its workbook, has errors."""
        faults = self._checked.get(name)
        if faults is None:
            faults = self._checked[name] = tuple(self._list_faults(name))
        if faults:
            raise TablesAtFault(f"`{name}` cannot be evaluated: its tables have errors", faults)

    def _list_faults(self, name: str) -> list[Diagnostic]:
        reached = self.graph.reach(name) if self.graph.is_decision(name) else ()
        files = {self.tables.tables[each].file for each in reached}
        names = {name, *reached, *(read for each in reached for read in self.graph.list_reads(each))}
        blocked = {item for each in names for item in self.tables.unusable.get(each, ())}
        for item in self.diagnostics:
            if item.severity is Severity.ERROR and not _is_quiet(item) and file_of(item.source.origin) in files:
                blocked.add(item)
        return [item for item in self.diagnostics if item in blocked]

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
        files = list(dict.fromkeys(self.tables.tables[each].file for each in self.graph.reach(name)))
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


def load(path: str | Path, schemas: str | Path | None = None) -> Model:
    """Load the tables of a folder, one .xlsx or one .json, with the record schema of a folder or file.

    Without `schemas` it is looked for beside the tables. Never stops at a fault: `Model.diagnostics` has them all.
    Raises EngineError where there is nothing to read.
    """
    place = Path(path)
    diagnostics = Diagnostics()
    try:
        schema = load_schema(place, None if schemas is None else Path(schemas))
        workbooks = [*load_workbooks(place), *load_documents(place)]
    except FileNotFoundError as fault:
        raise EngineError(str(fault)) from None
    if not workbooks:
        raise EngineError(f"there are no decision tables (.xlsx or .json) in {path}")
    for book in workbooks:
        for table in book.tables:
            diagnostics.items += validate_table(table)
    tables = build_tables(workbooks, schema.vocabulary)
    diagnostics.items += [*schema.diagnostics, *(item for book in workbooks for item in book.diagnostics)]
    diagnostics.items += tables.diagnostics
    return Model(tables, schema, diagnostics.sorted())


def _is_quiet(item: Diagnostic) -> bool:
    origin = item.source.origin
    return isinstance(origin, CellRef) and origin.sheet in _QUIET_SHEETS


def _fold(name: str) -> str:
    return " ".join(name.split()).casefold()
