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


_DECISION_ID = re.compile(r"(?:decision(?:[ -]support)?(?: table| logic)?|dt) id")
_SCHEDULE_ID = re.compile(r"(?:schedule|scheduling)(?: table| logic)? id")
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
_S = r"(?:s|\(s\))?"
_INPUTS = re.compile(rf"input{_S}|input expressions?|input entries")
_KINDS = {
    Kind.INPUT: _INPUTS,
    Kind.OUTPUT: re.compile(
        rf"output{_S}|outcome(?:\(s\))?|recommendation(?:\(s\))?|(?:system )?action{_S}"
        rf"|guidance|guidance (?:displayed|for).*|guidance to health worker|output that references data element{_S}"
    ),
    Kind.ANNOTATION: re.compile(rf"annotation{_S}"),
    Kind.REFERENCE: re.compile(rf"reference{_S}|reference/source|source(?:\(s\))?"),
    Kind.RULE_ID: re.compile(r"rule id|rule(?: no\.?| number)?|no\.|#"),
}
_FOOTNOTE = re.compile(r"[\s:*†¹²³]+$")


@lru_cache(maxsize=4096)
def fold_label(text: str) -> str:
    """The label without what versions and hands differ in: capitals, blanks, a colon or asterisk at its end."""
    folded = _FOOTNOTE.sub("", " ".join(text.split())).casefold()
    return folded.replace("–", "-").replace("‑", "-").replace(" (s)", "(s)")


def is_decision_id(text: str) -> bool:
    """Whether the cell labels the id of a decision table."""
    return _DECISION_ID.fullmatch(fold_label(text)) is not None


def is_schedule_id(text: str) -> bool:
    """Whether the cell labels the id of a schedule."""
    return _SCHEDULE_ID.fullmatch(fold_label(text)) is not None


def find_fact(text: str) -> Fact | None:
    """The fact that the cell labels."""
    return _FACTS.get(fold_label(text))


def find_kind(text: str) -> Kind | None:
    """The kind of column that the cell heads, None for a label of the table's own."""
    return next((kind for kind, words in _KINDS.items() if words.fullmatch(fold_label(text))), None)


def is_input_group(text: str) -> bool:
    """Whether the label stands over all inputs, and names none."""
    return _INPUTS.fullmatch(fold_label(text)) is not None


_EXPLAINS = re.compile(r"\bthe (?:name|ID|identifier|number) of\b|\be\.g\.|\bshould\b|[.!?] \w", re.IGNORECASE)


def is_explanation(text: str) -> bool:
    """Whether a sentence stands where an id would: a sheet that explains the layout, not a table."""
    return len(text.split()) > 14 or _EXPLAINS.search(text) is not None
