"""What an evaluation gave: per decision the value, its status, the rules with their cells, and what is still needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from dmn_engine.model.data_dictionary import Value


class Status(Enum):
    """DETERMINED: the same for every possible value of what is missing. UNDETERMINED: it depends on `needs`.
    ERROR: the tables or the record are at fault; there is no answer, and `errors` say why."""

    DETERMINED = "determined"
    UNDETERMINED = "undetermined"
    ERROR = "error"


class Condition(NamedTuple):
    """One matched (or failed) When cell of a rule: the column's label, the cell's text and place, the value met."""

    label: str
    text: str
    cell: str
    value: Value
    holds: bool | None


class FiredRule(NamedTuple):
    """A rule that gave (part of) an answer, and where it is written.

    `table` is the decision's name, `rule` the rule's id, `cells` the addresses `file!sheet!cell` of its id, matched
    conditions and outputs. `review_status` is the rule's own or else its workbook's.
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
class Failure:
    """A cause that made a value null, or a rule of the standard that a table broke: message, place, cell's text."""

    message: str
    origin: str = ""
    text: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """An outcome, or an item of a list outcome, that is certain or still possible, with the rule that gives it.

    `needs` are the fields that decide whether it holds; empty where it is certain. `rule_needs` are those of them that
    decide whether the rule gives anything at all, the others decide what.
    """

    value: Value
    certain: bool
    needs: tuple[str, ...] = ()
    rule: FiredRule | None = None
    rule_needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """The outcome of one decision.

    `value` is a FEEL value; null (None) unless determined. `is_list` says that the outcome is a list of items, so
    that `candidates` are items of it rather than whole outcomes. `needs` are names of fields, in the order in which
    they are worth asking. `inputs` are the values met, by the label of the column or field. `parts` are the decisions
    that this one only holds together, as the whole of a model does.
    """

    name: str
    value: Value
    status: Status
    rules: tuple[FiredRule, ...] = ()
    needs: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    is_list: bool = False
    inputs: Mapping[str, Value] = field(default_factory=dict)
    errors: tuple[Failure, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def possible(self) -> tuple[Value, ...]:
        """The outcomes (for a list: the items) that some possible patient with this record would get, each once."""
        seen: list[Value] = []
        for item in self.candidates:
            if item.value not in seen:
                seen.append(item.value)
        return tuple(seen)


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one record: the decision asked for, all decisions it drew on, and what to say beside them.

    `tables` maps each workbook's file to its SHA-256. `defaults` are fields that the schema filled in.
    `review` maps each workbook's file to the status on its About sheet (draft, in review, approved, retired).
    `notes` are what a reader must know beside the answers, as how the tables were evaluated where that was a choice.
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
        """The value of the decision that was asked for."""
        return self.decisions[self.decision].value

    @property
    def status(self) -> Status:
        """The status of the decision that was asked for."""
        return self.decisions[self.decision].status

    @property
    def errors(self) -> tuple[Failure, ...]:
        """All errors of all decisions, each once, in the order of evaluation."""
        return tuple(dict.fromkeys(error for item in self.decisions.values() for error in item.errors))

    def __getitem__(self, name: str) -> DecisionResult:
        return self.decisions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.decisions)
