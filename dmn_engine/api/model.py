"""The interface `Model`, common to workbooks and DMN models, with the lookup of names and the reading of records."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from dmn_engine.api.errors import NotOffered, RecordError, TablesAtFault, UnknownDecision
from dmn_engine.compile.graph import Graph
from dmn_engine.compile.outline import Outline
from dmn_engine.diagnostics import Diagnostic, Severity, nearest_name
from dmn_engine.feel.types import Type
from dmn_engine.model.cell_text import fold_label
from dmn_engine.model.data_dictionary import Value, Vocabulary
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


@dataclass(frozen=True, slots=True)
class EvaluationResult(Result):
    """A Result that can be written as JSON."""

    def to_dict(self) -> dict[str, object]:
        """The result in the form of schemas/result.schema.json."""
        from dmn_engine.report.result_document import to_dict

        return to_dict(self)


class Model(ABC):
    """Decisions ready to evaluate, from workbooks (TableModel) or a DMN model (GraphModel).

    `diagnostics` are those of loading; `check()` runs the static checks. `tables` are the decision tables by the name
    of their decision.
    """

    diagnostics: tuple[Diagnostic, ...]
    tables: Tables
    graph: Graph

    @property
    def vocabulary(self) -> Vocabulary:
        """The fields of a record."""
        return self.tables.vocabulary

    @property
    @abstractmethod
    def default_mode(self) -> Mode:
        """The default mode."""

    @property
    @abstractmethod
    def top_decisions(self) -> tuple[str, ...]:
        """The decisions that no other decision uses."""

    @property
    @abstractmethod
    def default_decision(self) -> str:
        """The default decision to evaluate: the top decision; if there are several, `whole`. Raises: TablesAtFault."""

    @property
    def whole(self) -> str:
        """The name of all top decisions together, which can be evaluated if there are several."""
        return ALL_DECISIONS

    def list_targets(self, name: str) -> tuple[str, ...]:
        """The decisions that the evaluation of a name answers: itself, or all top decisions."""
        return self.top_decisions if len(self.top_decisions) > 1 and name == self.whole else (name,)

    @abstractmethod
    def list_names(self) -> Iterable[str]:
        """The full names of everything that can be evaluated."""

    @abstractmethod
    def list_faults(self, name: str) -> Iterable[Diagnostic]:
        """The errors that prevent the evaluation of a decision."""

    @abstractmethod
    def schema_of(self, decision: str | None = None) -> RecordSchema:
        """The schema of records for the decision."""

    @abstractmethod
    def evaluate_typed(
        self, record: TypedRecord, decision: str | None = None, mode: Mode | None = None
    ) -> EvaluationResult:
        """Evaluate a record that is already read and checked; otherwise as `evaluate`."""

    @abstractmethod
    def invoke(self, name: str, arguments: Mapping[str, object]) -> EvaluationResult:
        """Call one decision, decision service or business knowledge model with its direct inputs, in dmn mode.

        An omitted argument is null. Raises: as `evaluate`.
        """

    @abstractmethod
    def read_record(self, record: Mapping[str, object], decision: str) -> Mapping[str, Value]:
        """The values of a record for the decision, with defaults. Raises RecordError."""

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

    @abstractmethod
    def run_example(self, record: Mapping[str, Value], decision: str) -> EvaluationResult:
        """Evaluate the FEEL values of an example. Raises: as `evaluate`."""

    @abstractmethod
    def check(self) -> tuple[Diagnostic, ...]:
        """All diagnostics: those of loading, and those of the static checks of all valid tables."""

    @abstractmethod
    def outline(self) -> Outline:
        """The dependency tree of decisions."""

    @abstractmethod
    def list_outcomes(self, decision: str | None = None) -> Mapping[str, Type]:
        """Every decision that the evaluation may come to, those first that others need, with the type of its outcome.

        A context has members only if each of its values has these and no others.
        """

    @abstractmethod
    def list_columns(self, decision: str | None = None) -> Sequence[str]:
        """The decisions that have a column in a table of answers, beginning with the requested one."""

    def evaluate(
        self, record: Mapping[str, object], decision: str | None = None, mode: Mode | None = None
    ) -> EvaluationResult:
        """Evaluate one record, given by field names or titles; Python's or JSON's values are both taken.

        In mode dmn a field that is null is a missing one.

        Raises RecordError where the record breaks the vocabulary, UnknownDecision, NotOffered for an unknown mode, and
        TablesAtFault where the decision draws on a table with errors.
        """
        if mode not in (None, *get_args(Mode)):
            raise NotOffered(f"there is no mode `{mode}`; use {' or '.join(get_args(Mode))}")
        if not isinstance(record, Mapping):
            raise RecordError(f"a record maps names of fields to values; this is of the type {type(record).__name__}")
        if (mode or self.default_mode) == "dmn":
            record = {name: value for name, value in record.items() if value is not None}
        return self.evaluate_typed(type_record(record, self.schema_of(decision)), decision, mode)

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

        vocabulary = self.schema_of(decision).vocabulary

        def evaluate(record: Mapping[str, object]) -> Result | Sequence[Diagnostic]:
            try:
                return self.evaluate(read_texts(record, vocabulary), decision, mode)
            except RecordError as fault:
                return fault.diagnostics

        self.require_sound(self.find_decision(decision))
        repeated = find_repeated([str(name) for name in frame.columns], vocabulary)
        if repeated:
            raise RecordError("the columns of the frame cannot be used", repeated)
        return evaluate_frame(frame, evaluate, self.list_outcomes(decision))

    def check_tops(self) -> tuple[Diagnostic, ...]:
        """The findings about decisions that no other one uses; none while errors hide what uses them."""
        if any(item.severity is Severity.ERROR for item in self.diagnostics):
            return ()
        from dmn_engine.check.tops import check_tops

        return tuple(check_tops(self.outline(), self.top_decisions, is_plan=self.default_mode == "clinical"))

    def find_decision(self, decision: str | None) -> str:
        """The full name of an element that can be evaluated, ignoring white space and case. Raises: UnknownDecision."""
        if decision is None:
            return self.default_decision
        names = list(self.list_names())
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
        faults = tuple(self.list_faults(name))
        if faults:
            raise TablesAtFault(f"`{name}` cannot be evaluated: its tables have errors", faults)


def join_results(name: str, parts: Sequence[DecisionResult], mode: Mode) -> DecisionResult:
    """The result of several decisions together: a context of their values.

    In mode clinical it is determined only if every part is. In mode dmn a part in error is null, and the whole is in
    error only if every part is.
    """
    statuses = {part.status for part in parts}
    if mode == "dmn":
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
