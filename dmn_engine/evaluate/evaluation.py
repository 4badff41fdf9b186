"""Evaluation of one record, as far as its known fields determine the answers; `symbolic` solves the rest.

A missing field is unknown in mode clinical, null in mode dmn. Each table keeps two masks: the rules that match for
every value of the unknown fields, and those that may match. If both are equal, the table's answer is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dmn_engine.compile.graph import Graph
from dmn_engine.compile.table_evaluation import UNSETTLED, Answer, answer_table
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.unknown import Unknown


@dataclass(slots=True)
class Evaluation:
    """The evaluation of one record: answers by decision, in the order in which they were reached."""

    graph: Graph
    record: Mapping[str, Value]
    clinical: bool
    answers: dict[str, Answer] = field(default_factory=dict)
    variables: dict[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.variables = dict(self.record)

    def decide(self, name: str) -> Answer:
        """Evaluate a decision and what it depends on, each once."""
        answer = self.answers.get(name)
        if answer is None:
            answer = answer_table(self.graph.table(name), self, [])
            if answer.value is UNSETTLED and self.graph.table(name).table.hit_policy.is_list:
                self._decide_used(answer)
            self.answers[name] = answer
            if answer.is_whole:
                self.variables[name] = answer.value
        return answer

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

    def _decide_used(self, answer: Answer) -> None:
        """Evaluate the decisions that possible items of a list come from, so that their reasons can be shown."""
        for index in answer.possible:
            for output in answer.table.outputs[index]:
                if output.decision is not None:
                    self.decide(output.decision)
