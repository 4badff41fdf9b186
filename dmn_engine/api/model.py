"""The front end `Model`: decisions ready to evaluate, from workbooks or a DMN model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, get_args

from dmn_engine.api.arguments import read_arguments, read_schema
from dmn_engine.api.errors import NotOffered, RecordError, TablesAtFault, UnknownDecision
from dmn_engine.api.untyped_texts import note_untyped_texts
from dmn_engine.compile.graph import Graph
from dmn_engine.compile.model_graph import ModelGraph
from dmn_engine.compile.nodes import list_parameters
from dmn_engine.compile.outline import Outline, outline_graph
from dmn_engine.compile.record_inputs import complete
from dmn_engine.compile.table_evaluation import Answer
from dmn_engine.diagnostics import (
    CellRef,
    Diagnostic,
    Diagnostics,
    LineRef,
    Origin,
    Severity,
    Source,
    is_within,
    nearest_name,
)
from dmn_engine.evaluate.evaluation import Evaluation, start_evaluation
from dmn_engine.evaluate.function_calls import call_function
from dmn_engine.evaluate.solution import Solver, note_unmatched
from dmn_engine.feel.types import ANY, Type
from dmn_engine.model.cell_text import fold_label
from dmn_engine.model.data_dictionary import DataDictionary, Value
from dmn_engine.model.decision_table import Tables
from dmn_engine.model.result import DecisionResult, Result, Status
from dmn_engine.records import RecordSchema, TypedRecord, type_record

if TYPE_CHECKING:
    import pandas

    from dmn_engine.evaluate.explanation import WhyNot

Mode = Literal["clinical", "dmn"]
"""The meaning of a missing field: unknown (clinical), or null (dmn)."""

Overlaps = Literal["error", "first"]
"""The treatment of several matching rules in a Unique table: an error, or the first rule (DMN models only)."""

VERSION = "0.1.0"

ALL_DECISIONS = "All decisions"

DISCLAIMER = (
    "This output supports, and never replaces, clinical judgement. It repeats what the decision tables say, with the "
    "review status shown; the treating clinician decides."
)

_QUIET_SHEETS = frozenset({"Tests", "How to"})  # an error there changes no answer


@dataclass(frozen=True, slots=True)
class EvaluationResult(Result):
    """A Result that can be written as JSON."""

    def to_dict(self) -> dict[str, object]:
        """The result in the form of schemas/result.schema.json."""
        from dmn_engine.report.result_document import to_dict

        return to_dict(self)


@dataclass(slots=True)
class Model:
    """Decisions ready to evaluate, from workbooks or a DMN model.

    `diagnostics` are those of loading; `check()` runs the static checks. `tables` are the decision tables by the name
    of their decision, `top_decisions` the decisions that no other decision uses, and `whole` is the name of all of them
    together. `places` are where each decision or function stands, and `others` the places of other parts: an error
    that stands in none of these concerns every decision. `ordered` are texts of a decision that order values of unknown
    type, `notes` go with every result. `source` is the DMN model that the graph was made of.
    """

    tables: Tables
    graph: Graph
    schema: RecordSchema
    diagnostics: tuple[Diagnostic, ...]
    top_decisions: tuple[str, ...]
    places: Mapping[str, Origin]
    others: frozenset[Origin] = frozenset()
    default_mode: Mode = "clinical"
    whole: str = ALL_DECISIONS
    notes: tuple[str, ...] = ()
    ordered: Mapping[str, Sequence[Source]] = field(default_factory=dict)
    source: ModelGraph | None = None
    _errors: dict[str, tuple[Diagnostic, ...]] = field(default_factory=dict)

    @property
    def dictionary(self) -> DataDictionary:
        """The fields of a record."""
        return self.tables.dictionary

    @property
    def default_decision(self) -> str:
        """The decision that is evaluated if none is named: the top decision; if there are several, `whole`.

        Raises TablesAtFault if there is none, and if any workbook has errors: a top decision may be missing, and an
        answer of a part of the graph must not pass for that of the whole.
        """
        if not self.top_decisions:
            raise TablesAtFault("no decision can be evaluated", self.diagnostics)
        errors = [item for item in self.diagnostics if item.severity is Severity.ERROR and not _is_quiet(item)]
        if errors and self.source is None:
            raise TablesAtFault("tables have errors: fix them, or name the decision to evaluate", errors)
        return self.top_decisions[0] if len(self.top_decisions) == 1 else self.whole

    def list_targets(self, name: str) -> tuple[str, ...]:
        """The decisions that the evaluation of a name answers: itself, or all top decisions."""
        return self.top_decisions if len(self.top_decisions) > 1 and name == self.whole else (name,)

    def list_names(self) -> Iterator[str]:
        """The full names of everything that can be evaluated or called."""
        yield from self.places
        if len(self.top_decisions) > 1:
            yield self.whole

    def find_decision(self, decision: str | None) -> str:
        """The full name of an element that can be evaluated, ignoring white space and case.

        A name in an imported model is qualified by its import. Raises UnknownDecision, and TablesAtFault where nothing
        could be read.
        """
        if decision is None:
            return self.default_decision
        names = list(self.list_names())
        if not names and any(item.severity is Severity.ERROR for item in self.diagnostics):
            raise TablesAtFault("no decision can be evaluated", self.diagnostics)
        if decision in names:
            return decision
        known = {fold_label(name): name for name in names}
        found = known.get(fold_label(decision))
        if found is None:
            near = nearest_name(decision, known.values())
            hint = f"; did you mean `{near}`?" if near else f"; known are: {', '.join(sorted(known.values()))}"
            raise UnknownDecision(f"there is no decision `{decision}`{hint}")
        return found

    def require_sound(self, name: str) -> None:
        """Raise TablesAtFault if the decision's file, or an element that it depends on, has errors."""
        errors = self.list_errors(name)
        if errors:
            raise TablesAtFault(f"`{name}` cannot be evaluated: its tables have errors", errors)

    def list_errors(self, name: str) -> tuple[Diagnostic, ...]:
        """The errors that prevent the evaluation of a decision: in what it depends on, or in no part of the model."""
        found = self._errors.get(name)
        if found is None:
            found = self._errors[name] = tuple(self._list_errors(name))
        return found

    def _list_errors(self, name: str) -> Iterator[Diagnostic]:
        reached = {name, *self.graph.list_required(self.list_targets(name))}
        blocked = {item for each in reached for item in self.tables.unusable.get(each, ())}
        places = {self.places[each] for each in reached if each in self.places and each not in self.tables.unusable}
        elsewhere = {*self.places.values(), *self.others}
        for item in self.diagnostics:
            origin = item.source.origin
            is_here = item.severity is Severity.ERROR and not _is_quiet(item)
            if item in blocked or (
                is_here
                and (
                    any(is_within(origin, place) for place in places)
                    or not any(is_within(origin, place) for place in elsewhere)
                )
            ):
                yield item

    def schema_of(self, decision: str | None = None) -> RecordSchema:
        """The schema of records for the decision; of a service or function, of its arguments."""
        name = "" if decision is None else self.find_decision(decision)
        return read_schema(self.graph, name) if name in self.graph.functions else self.schema

    def evaluate(
        self, record: Mapping[str, object], decision: str | None = None, mode: Mode | None = None
    ) -> EvaluationResult:
        """Evaluate one record, given by field names or titles; Python's or JSON's values are both taken.

        In mode dmn a field that is null is a missing one.

        Raises: RecordError if the record violates the data dictionary, UnknownDecision, NotOffered for an unknown mode,
        TablesAtFault if the decision depends on a table with errors.
        """
        if mode not in (None, *get_args(Mode)):
            raise NotOffered(f"there is no mode `{mode}`; use {' or '.join(get_args(Mode))}")
        if not isinstance(record, Mapping):
            raise RecordError(f"a record maps names of fields to values; this is of the type {type(record).__name__}")
        if (mode or self.default_mode) == "dmn":
            record = {name: value for name, value in record.items() if value is not None}
        return self.evaluate_typed(type_record(record, self.schema_of(decision)), decision, mode)

    def evaluate_typed(
        self, record: TypedRecord, decision: str | None = None, mode: Mode | None = None
    ) -> EvaluationResult:
        """Evaluate a record that is already read and checked; otherwise as `evaluate`."""
        name = self.find_decision(decision)
        self.require_sound(name)
        values, defaults = self._fill(record)
        is_dmn = (mode or self.default_mode) == "dmn"
        if is_dmn:
            types = self.schema_of(name).dictionary.fields
            values = {key: complete(value, types[key].type, key, defaults) for key, value in values.items()}
        if name in self.graph.functions:
            return self._call(name, values, defaults) if is_dmn else self._call_known(name, values, defaults)
        evaluation = start_evaluation(self.graph, values, clinical=not is_dmn)
        solver = Solver(self.graph, evaluation)
        targets = self.list_targets(name)
        decisions = {each: result for target in targets for each, result in solver.solve_all(target).items()}
        if name not in decisions:
            decisions[name] = join_results(name, [decisions[target] for target in targets], is_dmn=is_dmn)
        if not is_dmn:
            return self._report(name, decisions, defaults, values)
        return self._report(
            name, decisions, defaults | self._list_missing(evaluation), values, evaluation.answers.values()
        )

    def invoke(self, name: str, arguments: Mapping[str, object]) -> EvaluationResult:
        """Call one decision, decision service or business knowledge model with its direct inputs, in mode dmn.

        Arguments are given by name or title. One for a decision replaces its result; an omitted one is null.

        Raises: as `evaluate`.
        """
        found = self.find_decision(name)
        self.require_sound(found)
        if len(self.list_targets(found)) > 1:
            return self.evaluate(arguments, found)
        missing: dict[str, Value] = {}
        given = read_arguments(self.graph, self.schema, found, arguments, missing)
        if found in self.graph.functions:
            return self._call(found, given, missing)
        reads = self.graph.list_reads(found)
        evaluation = Evaluation(self.graph, {**dict.fromkeys(reads), **given}, clinical=False)
        evaluation.decide(found)
        results = {found: Solver(self.graph, evaluation).solve(found)}
        missing |= {read: None for read in reads if read not in given}
        return self._report(found, results, missing, given, evaluation.answers.values())

    def _call(self, name: str, values: Mapping[str, Value], missing: Mapping[str, Value]) -> EvaluationResult:
        """The result of a service or function."""
        result, answers = call_function(self.graph, name, values)
        left_out = {label: None for label, _ in list_parameters(self.graph.functions[name]) if label not in values}
        return self._report(name, {name: result}, {**missing, **left_out}, values, answers)

    def _call_known(self, name: str, values: Mapping[str, Value], defaults: Mapping[str, Value]) -> EvaluationResult:
        """The result of a service or function in mode clinical, as that of a decision that calls it."""
        unknown = tuple(label for label, _ in list_parameters(self.graph.functions[name]) if label not in values)
        if unknown:
            result = DecisionResult(name, None, Status.UNDETERMINED, needs=unknown, inputs=dict(values))
            return self._report(name, {name: result}, defaults, values)
        result, answers = call_function(self.graph, name, values)
        if result.errors:
            result = replace(result, value=None, status=Status.ERROR, is_list=False)
        return self._report(name, {name: result}, defaults, values, answers)

    def read_record(self, record: Mapping[str, object], decision: str) -> Mapping[str, Value]:
        """The values of a record for the decision, with defaults. Raises RecordError."""
        return self._fill(type_record(record, self.schema_of(decision)))[0]

    def run_example(self, record: Mapping[str, Value], decision: str) -> EvaluationResult:
        """Evaluate the FEEL values of an example; a DMN model gives null, with the reason, for one it does not allow.

        Raises: as `evaluate`.
        """
        if self.source is not None:
            return self.evaluate_typed(TypedRecord(record), decision)
        return self.evaluate(record, decision)

    def explain_why_not(
        self, record: Mapping[str, object], text: str, decision: str | None = None
    ) -> tuple[WhyNot, ...]:
        """Why the rules that `text` names (by id, or by words of an output) did not give their output.

        Empty if it names none. Raises as `evaluate` does.
        """
        from dmn_engine.evaluate.explanation import explain_why_not

        name = self.find_decision(decision)
        self.require_sound(name)
        values = self.read_record(record, name)
        found: list[WhyNot] = []
        for target in self.list_targets(name):
            asked = explain_why_not(self.graph, values, text, target) if self.graph.is_decision(target) else ()
            found += [item for item in asked if item not in found]
        return tuple(found)

    def evaluate_frame(
        self, frame: pandas.DataFrame, decision: str | None = None, mode: Mode | None = None
    ) -> pandas.DataFrame:
        """Evaluate each row of a DataFrame whose columns are field names or titles; missing cells are missing fields.

        Texts are read as in a CSV file: `yes` and `no`, numbers, lists with `;` or `,`; a blank one is missing. The
        columns of the answer depend on the model and the decision, not on the rows: see `frames.evaluate_frame`.

        Raises RecordError where two columns are one field, and as `evaluate` does where no row can be evaluated.
        """
        from dmn_engine.evaluate.frames import evaluate_frame
        from dmn_engine.formats.tabular.texts import find_repeated, read_texts

        dictionary = self.schema_of(decision).dictionary

        def evaluate(record: Mapping[str, object]) -> Result | Sequence[Diagnostic]:
            try:
                return self.evaluate(read_texts(record, dictionary), decision, mode)
            except RecordError as error:
                return error.diagnostics

        self.require_sound(self.find_decision(decision))
        repeated = find_repeated([str(name) for name in frame.columns], dictionary)
        if repeated:
            raise RecordError("the columns of the frame cannot be used", repeated)
        return evaluate_frame(frame, evaluate, self.list_outcomes(decision))

    def check(self) -> tuple[Diagnostic, ...]:
        """All diagnostics: those of loading, and those of the static checks of all valid tables."""
        from dmn_engine.api.model_checks import check_model
        from dmn_engine.check import run_checks
        from dmn_engine.check.reviews import check_reviews, read_clock

        source = self.source
        found = run_checks(self.graph) if source is None else check_model(source, self.diagnostics)
        reviews = check_reviews(self.tables.workbooks.values(), read_clock())
        return Diagnostics([*self.diagnostics, *found, *self._check_tops(), *reviews]).sorted()

    def _check_tops(self) -> tuple[Diagnostic, ...]:
        """The findings about decisions that no other one uses; none while errors hide what uses them."""
        if any(item.severity is Severity.ERROR for item in self.diagnostics):
            return ()
        from dmn_engine.check.tops import check_tops

        return tuple(check_tops(self.outline(), self.top_decisions, is_plan=self.default_mode == "clinical"))

    def outline(self) -> Outline:
        """The dependency tree of decisions."""
        tables = {name: table.origin for name, table in self.graph.tables.tables.items()}
        return outline_graph(self.graph, tables if self.source is None else self.places)

    def list_outcomes(self, decision: str | None = None) -> Mapping[str, Type]:
        """The decisions that the evaluation may reach, with the types of their values, each after those it depends on.

        A context has members only if each of its values has these and no others.
        """
        targets = self.list_targets(self.find_decision(decision))
        if any(target in self.graph.functions for target in targets):
            return dict.fromkeys(targets, ANY)
        return {name: self.graph.outcome_type(name) for name in self._reach(targets)}

    def list_columns(self, decision: str | None = None) -> Sequence[str]:
        """The decisions that have a column in a table of answers, beginning with the requested one.

        They are the decision and what it uses, without tables that are used only by a Use column.
        """
        targets = self.list_targets(self.find_decision(decision))
        if any(target in self.graph.functions for target in targets):
            return targets
        reached = self._reach(targets[::-1])
        routed = {used for name in reached if self.graph.is_single(name) for used in self.graph.list_used(name)}
        return list(dict.fromkeys((*targets, *(name for name in reversed(reached) if name not in routed))))

    def _reach(self, targets: Iterable[str]) -> list[str]:
        """All decisions that the evaluation of some may reach, each after those that it depends on."""
        found = (each for target in targets if self.graph.is_decision(target) for each in self.graph.reach(target))
        return [name for name in dict.fromkeys(found) if name in self.places]

    def _fill(self, typed: TypedRecord) -> tuple[dict[str, Value], dict[str, Value]]:
        """The record's values with the schema's defaults, and the defaults alone. Raises RecordError."""
        if typed.has_errors:
            raise RecordError("the record cannot be evaluated", typed.diagnostics)
        defaults = {
            item.name: item.default
            for item in self.dictionary.fields.values()
            if item.has_default and item.name not in typed.values
        }
        return {**typed.values, **defaults}, defaults

    def _list_missing(self, evaluation: Evaluation) -> dict[str, Value]:
        """The inputs that were asked for and are not in the record; those of an import by their full names."""
        missing: dict[str, Value] = {}
        for name in evaluation.answers:
            for read in self.graph.list_reads(name):
                if not self.graph.is_decision(read) and read not in evaluation.record:
                    missing[read if name in self.places else name] = None
        return missing

    def _report(
        self,
        name: str,
        decisions: Mapping[str, DecisionResult],
        defaults: Mapping[str, Value],
        values: Mapping[str, Value],
        answers: Iterable[Answer] = (),
    ) -> EvaluationResult:
        """The result; `answers` are those of an evaluation in mode dmn, where what is missing is null."""
        notes = list(self.notes)
        missing = [field for field, value in defaults.items() if value is None]
        if missing:
            notes.append(f"not given, and so null: {', '.join(missing)}")
        if self.ordered:
            notes += note_untyped_texts(self.graph, self.list_targets(name), self.ordered, values, self.schema_of(name))
        notes += note_unmatched(answers)
        files = self._list_files(name)
        books = self.tables.workbooks
        return EvaluationResult(
            name,
            {each: result for each, result in decisions.items() if each in self.places or each == name},
            decisions[name].needs,
            {file: books[file].sha256 for file in files},
            {file: books[file].status for file in files},
            VERSION,
            DISCLAIMER,
            defaults,
            tuple(dict.fromkeys(notes)),
        )

    def _list_files(self, name: str) -> list[str]:
        """The files that an answer may depend on; all files of a DMN model."""
        books = self.tables.workbooks
        if self.source is not None:
            return list(books)
        files = (self.tables.tables[each].file for each in self._reach(self.list_targets(name)))
        return [file for file in dict.fromkeys(files) if file in books]


def join_results(name: str, parts: Sequence[DecisionResult], *, is_dmn: bool) -> DecisionResult:
    """The result of several decisions together: a context of their values.

    In mode clinical it is determined only if every part is. In mode dmn a part in error is null, and the whole is in
    error only if every part is.
    """
    statuses = {part.status for part in parts}
    if is_dmn:
        statuses -= {Status.ERROR} if len(statuses) > 1 else set()
    status = next(each for each in (Status.ERROR, Status.UNDETERMINED, Status.DETERMINED) if each in statuses)
    return DecisionResult(
        name,
        {part.name: part.value for part in parts} if status is Status.DETERMINED else None,
        status,
        needs=tuple(dict.fromkeys(need for part in parts for need in part.needs)),
        errors=tuple(dict.fromkeys(error for part in parts for error in part.errors)) if status is Status.ERROR else (),
        parts=tuple(part.name for part in parts),
    )


def _is_quiet(item: Diagnostic) -> bool:
    match item.source.origin:
        case CellRef(sheet=sheet):
            return sheet in _QUIET_SHEETS
        case LineRef(element=element):  # `Tests, NAME, FIELD` of a page, `/tests/0/when/Age` of a JSON document
            return element.split(", ")[0] in _QUIET_SHEETS or element.split("/")[1:2] == ["tests"]
    return False
