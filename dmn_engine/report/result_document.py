"""Results as JSON that satisfies `schemas/result.schema.json`."""

from __future__ import annotations

from collections.abc import Mapping

from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.result import Candidate, DecisionResult, FiredRule, Result, Status
from dmn_engine.records.conversion import to_json

_ERROR = ("message", "origin", "text", "start", "end")
"""The properties of an error in JSON."""


def to_dict(result: Result) -> dict[str, object]:
    """The result as JSON values of Python's json module: satisfies `schemas/result.schema.json`."""
    notes = {"notes": list(result.notes)} if result.notes else {}
    return {
        "decision": result.decision,
        "value": to_json(result.value) if result.status is Status.DETERMINED else None,
        "status": result.status.value,
        "decisions": {name: _decision_to_dict(item) for name, item in result.decisions.items()},
        "needs": list(dict.fromkeys(result.needs)),
        "defaults": _values_to_dict(result.defaults),
        **notes,
        "tables": dict(result.tables),
        "review": dict(result.review),
        "engine": result.engine,
        "disclaimer": result.disclaimer,
    }


def _decision_to_dict(item: DecisionResult) -> dict[str, object]:
    determined = item.status is Status.DETERMINED
    return {
        "value": to_json(item.value) if determined else None,
        "status": item.status.value,
        "rules": [_rule_to_dict(rule) for rule in item.rules],
        "needs": list(dict.fromkeys(item.needs)),
        "possible": [] if determined else [to_json(value) for value in item.possible],
        "errors": [{name: getattr(error, name) for name in _ERROR} for error in item.errors],
        "is_list": item.is_list,
        "candidates": [_candidate_to_dict(candidate) for candidate in item.candidates],
        "inputs": _values_to_dict(item.inputs),
        **({"parts": list(item.parts)} if item.parts else {}),
    }


def _rule_to_dict(rule: FiredRule) -> dict[str, object]:
    conditions = [{**item._asdict(), "value": to_json(item.value)} for item in rule.conditions]
    return {**rule._asdict(), "cells": list(rule.cells), "sources": list(rule.sources), "conditions": conditions}


def _candidate_to_dict(candidate: Candidate) -> dict[str, object]:
    return {
        "value": to_json(candidate.value),
        "certain": candidate.certain,
        "needs": list(dict.fromkeys(candidate.needs)),
        "rule": _rule_to_dict(candidate.rule) if candidate.rule else None,
    }


def _values_to_dict(values: Mapping[str, Value]) -> dict[str, object]:
    return {name: to_json(value) for name, value in values.items()}
