"""The result of an evaluation: for each decision the value, its status, the rules with their cells, needed fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from dmn_engine.feel.errors import EvaluationError
from dmn_engine.model.data_dictionary import Value


class Status(Enum):
    """DETERMINED: equal for every possible value of the missing fields. UNDETERMINED: it depends on `needs`.
    ERROR: there is no answer, because of the tables or the record; `errors` say why."""

    DETERMINED = "determined"
    UNDETERMINED = "undetermined"
    ERROR = "error"


class Condition(NamedTuple):
    """A matched (or failed) When cell of a rule: the column's label, the cell's text and place, the value tested."""

    label: str
    text: str
    cell: str
    value: Value
    holds: bool | None


class FiredRule(NamedTuple):
    """A rule that gave an answer or a part of it, with its place.

    `table` is the decision's name, `rule` the rule's id, `cells` the addresses `file!sheet!cell` of its id, matched
    conditions and outputs. `review_status` is the rule's own, else its workbook's.
    """

    table: str
    rule: str
    cells: tuple[str, ...]
    basis: str = ""
    sources: tuple[str, ...] = ()
    review_status: str = ""
    note: str = ""
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value, or an item of a list, that is certain or still possible, with the rule that gives it.

    `needs` are the fields that decide whether it holds; empty if it is certain. `rule_needs` are those of them that
    decide whether the rule applies; the others decide what it gives.
    """

    value: Value
    certain: bool
    needs: tuple[str, ...] = ()
    rule: FiredRule | None = None
    rule_needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """The result of one decision.

    `value` is a FEEL value; null (None) unless determined. `is_list` says that the value is a list of items, and that
    `candidates` are items, not whole values. `needs` are names of fields, the most useful first. `inputs` are the input
    values, by the label of the column or field. `parts` are the decisions that this one only combines, as the top of a
    model with several top decisions does.
    """

    name: str
    value: Value
    status: Status
    rules: tuple[FiredRule, ...] = ()
    needs: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    is_list: bool = False
    inputs: Mapping[str, Value] = field(default_factory=dict)
    errors: tuple[EvaluationError, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def possible(self) -> tuple[Value, ...]:
        """The values (for a list: the items) of all possible patients with this record, each once."""
        seen: list[Value] = []
        for item in self.candidates:
            if item.value not in seen:
                seen.append(item.value)
        return tuple(seen)


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one record: the requested decision, all decisions that it depends on, and notes.

    `tables` maps each workbook's file to its SHA-256. `defaults` are the fields for which the schema has a default.
    `review` maps each workbook's file to the status on its About sheet (draft, in review, approved, retired).
    `notes` are what a reader must know besides the answers, such as how overlapping rules were read.
    """

    decision: str
    decisions: Mapping[str, DecisionResult]
    needs: tuple[str, ...]
    tables: Mapping[str, str]
    review: Mapping[str, str]
    engine: str
    disclaimer: str
    defaults: Mapping[str, Value] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> Value:
        """The value of the requested decision."""
        return self.decisions[self.decision].value

    @property
    def status(self) -> Status:
        """The status of the requested decision."""
        return self.decisions[self.decision].status

    @property
    def errors(self) -> tuple[EvaluationError, ...]:
        """All errors of all decisions, each once, in the order of evaluation."""
        return tuple(dict.fromkeys(error for item in self.decisions.values() for error in item.errors))

    def __getitem__(self, name: str) -> DecisionResult:
        return self.decisions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.decisions)
