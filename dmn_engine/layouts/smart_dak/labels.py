"""The labels of WHO's decision-support workbooks, in the spellings of their versions."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache


class Fact(Enum):
    """What a row above a table states about it; the value is the word for people."""

    BUSINESS_RULE = "Business rule"
    TRIGGER = "Trigger"
    NAME = "Decision name"
    ACTIVITY_ID = "Activity ID"
    ACTIVITY = "Activity name"
    HIT_POLICY = "Hit policy indicator"


class Kind(Enum):
    """What a column is for."""

    RULE_ID = "rule ID"
    INPUT = "input"
    OUTPUT = "output"
    ANNOTATION = "annotation"
    REFERENCE = "reference"


_DECISION_IDS = frozenset(
    (
        "decision id",
        "decision table id",
        "decision-support table id",
        "decision support table id",
        "decision-support logic id",
        "decision support id",
        "dt id",
    )
)
_SCHEDULE_IDS = frozenset(("schedule id", "scheduling logic id", "schedule table id", "scheduling table id"))
_FACTS = {
    "business rule": Fact.BUSINESS_RULE,
    "business rules": Fact.BUSINESS_RULE,
    "trigger": Fact.TRIGGER,
    "triggers": Fact.TRIGGER,
    "decision name": Fact.NAME,
    "activity id": Fact.ACTIVITY_ID,
    "activity name": Fact.ACTIVITY,
    "hit policy": Fact.HIT_POLICY,
    "hit policy indicator": Fact.HIT_POLICY,
}
_INPUT_GROUPS = frozenset(("input", "inputs", "input(s)", "input expression", "input expressions", "input entries"))
_OUTPUT_GROUPS = frozenset(("output", "outputs", "output(s)"))
_OUTPUTS = _OUTPUT_GROUPS | frozenset(
    (
        "outcome",
        "outcome(s)",
        "recommendation",
        "recommendation(s)",
        "action",
        "actions",
        "action(s)",
        "system action",
        "system actions",
        "system action(s)",
        "guidance",
        "guidance displayed to health worker",
        "guidance displayed to the health worker",
        "guidance to health worker",
        "output that references data element(s)",
        "output that references data elements",
    )
)
_ANNOTATIONS = frozenset(("annotation", "annotations", "annotation(s)"))
_REFERENCES = frozenset(("reference", "references", "reference(s)", "reference/source", "source", "source(s)"))
_RULE_IDS = frozenset(("rule id", "rule", "rule no.", "rule number", "rule no", "no.", "#"))
_DASHES = frozenset("-–—−‒―‐‑")
_FOOTNOTE = re.compile(r"[\s:*†¹²³]+$")


@lru_cache(maxsize=4096)
def fold_label(text: str) -> str:
    """The label without what versions and hands differ in: capitals, blanks, a colon or asterisk at its end."""
    folded = _FOOTNOTE.sub("", " ".join(text.split())).casefold()
    return folded.replace("–", "-").replace("‑", "-").replace(" (s)", "(s)")


def is_decision_id(text: str) -> bool:
    """Whether the cell labels the id of a decision table."""
    return fold_label(text) in _DECISION_IDS


def is_schedule_id(text: str) -> bool:
    """Whether the cell labels the id of a schedule."""
    return fold_label(text) in _SCHEDULE_IDS


def find_fact(text: str) -> Fact | None:
    """The fact that the cell labels."""
    return _FACTS.get(fold_label(text))


def find_kind(text: str) -> Kind | None:
    """The kind of column that the cell heads, None for a label of the table's own."""
    label = fold_label(text)
    if label in _INPUT_GROUPS:
        return Kind.INPUT
    if label in _OUTPUTS or label.startswith(("guidance displayed", "guidance for")):
        return Kind.OUTPUT
    if label in _ANNOTATIONS:
        return Kind.ANNOTATION
    if label in _REFERENCES:
        return Kind.REFERENCE
    return Kind.RULE_ID if label in _RULE_IDS else None


def is_input_group(text: str) -> bool:
    """Whether the label stands over all inputs, and names none."""
    return fold_label(text) in _INPUT_GROUPS


def is_dash(text: str) -> bool:
    """Whether the text is one dash of any length: nothing is asked here."""
    return len(text) == 1 and text in _DASHES


_EXPLAINS = re.compile(r"\bthe (?:name|ID|identifier|number) of\b|\be\.g\.|\bshould\b|[.!?] \w", re.IGNORECASE)


def is_explanation(text: str) -> bool:
    """Whether a sentence stands where an id would: a sheet that explains the layout, not a table."""
    return len(text.split()) > 14 or _EXPLAINS.search(text) is not None
