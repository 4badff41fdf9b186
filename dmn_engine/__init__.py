"""Decision tables kept in spreadsheets, read exactly, checked as a whole and evaluated with DMN 1.5 semantics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dmn_engine import feel
    from dmn_engine.api import (
        EngineError,
        EvaluationResult,
        Model,
        RecordError,
        TablesAtFault,
        UnknownDecision,
        load,
    )
    from dmn_engine.diagnostics import Diagnostic
    from dmn_engine.model.result import DecisionResult, Status

_HOMES = {
    "DecisionResult": "dmn_engine.model.result",
    "Diagnostic": "dmn_engine.diagnostics",
    "EngineError": "dmn_engine.api",
    "EvaluationResult": "dmn_engine.api",
    "Model": "dmn_engine.api",
    "RecordError": "dmn_engine.api",
    "Status": "dmn_engine.model.result",
    "TablesAtFault": "dmn_engine.api",
    "UnknownDecision": "dmn_engine.api",
    "load": "dmn_engine.api",
}

__all__ = [
    "DecisionResult",
    "Diagnostic",
    "EngineError",
    "EvaluationResult",
    "Model",
    "RecordError",
    "Status",
    "TablesAtFault",
    "UnknownDecision",
    "feel",
    "load",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that a part can be used without the cost of the whole."""
    import importlib

    if name == "feel":
        return importlib.import_module("dmn_engine.feel")
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'dmn_engine' has no attribute {name!r}")
