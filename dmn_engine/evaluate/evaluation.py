"""Evaluation of one record, as far as its known fields determine the answers; `symbolic` solves the rest.

A missing field is unknown in mode clinical, null in mode dmn. Each table keeps two masks: the rules that match for
every value of the unknown fields, and those that may match. If both are equal, the table's answer is exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dmn_engine.compile.boxed_table import Trace
from dmn_engine.compile.graph import Graph, Logic
from dmn_engine.compile.table_evaluation import Answer, answer_table
from dmn_engine.feel.values import Cause
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.unknown import Fault, Unknown, find_partial, keep_causes, merge


@dataclass(slots=True)
class Evaluation:
    """The evaluation of one record: answers by decision, in the order in which they were reached.

    `refused` are the fields whose values a model does not allow, which are null then (mode dmn), with the causes.
    """

    graph: Graph
    record: Mapping[str, Value]
    clinical: bool
    refused: Mapping[str, Sequence[Cause]] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    variables: dict[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.variables = dict(self.record)

    def decide(self, name: str) -> Answer:
        """Evaluate a decision and what it depends on, each once."""
        answer = self.answers.get(name)
        if answer is None:
            logic = self.graph.logic.get(name)
            answer = answer_table(self.graph.table(name), self, []) if logic is None else self._compute(logic)
            if answer.possible and self.graph.table(name).table.hit_policy.is_list:
                self._decide_used(name, answer)
            self.answers[name] = answer
            if answer.is_whole:
                self.variables[name] = answer.value
        return answer

    def _compute(self, logic: Logic) -> Answer:
        """The answer of a decision that is not a table, with those of the tables in its logic."""
        met = tuple(map(self.look_up, logic.reads))
        partial = merge(found for value in met if (found := find_partial(value)) is not None)
        if partial is not None:
            return Answer(None, partial, (), met, partial)
        trace = Trace()
        value = logic.compute(dict(zip(logic.reads, met, strict=True)), trace)
        if self.clinical and trace:
            value = partial = Fault(keep_causes(trace))
        inherited = merge(map(self.find_fault, logic.reads)) if value is None else None
        below = inherited.failures if isinstance(inherited, Fault) else ()
        return Answer(None, value, (), met, partial, tuple(trace), parts=tuple(trace.answers), inherited=below)

    def look_up(self, name: str) -> Value:
        """The value of a field or decision, or an Unknown or a Fault."""
        if name in self.variables:
            return self.variables[name]
        if self.graph.is_decision(name):
            answer = self.decide(name)
            return answer.value if answer.partial is None else answer.partial
        return Unknown((name,)) if self.clinical else self.variables.setdefault(name, None)

    def use(self, decision: str) -> Value:
        """The result of a decision; a given value replaces it."""
        return self.variables[decision] if decision in self.variables else self.decide(decision).value

    def find_fault(self, name: str) -> Fault | None:
        """The errors by which a field or decision is null (mode dmn)."""
        answer = self.answers.get(name)
        failures = keep_causes(self.refused.get(name, ()))
        if answer is not None and answer.value is None:
            failures = (*answer.inherited, *keep_causes(answer.causes))
        return Fault(failures) if failures else None

    def _decide_used(self, name: str, answer: Answer) -> None:
        """Evaluate the decisions that possible items of a list come from, so that their reasons can be shown."""
        for index in answer.possible:
            for output in self.graph.table(name).outputs[index]:
                if output.decision is not None:
                    self.decide(output.decision)
