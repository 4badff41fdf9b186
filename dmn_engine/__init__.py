"""Decision tables kept in spreadsheets, read exactly, checked as a whole and evaluated with DMN 1.5 semantics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dmn_engine import feel
    from dmn_engine.decisions.result import DecisionResult, Status
    from dmn_engine.diagnostics import Diagnostic
    from dmn_engine.engine import (
        EngineError,
        EvaluationResult,
        Model,
        RecordError,
        TablesAtFault,
        UnknownDecision,
        load,
    )

_HOMES = {
    "DecisionResult": "dmn_engine.decisions.result",
    "Diagnostic": "dmn_engine.diagnostics",
    "EngineError": "dmn_engine.engine",
    "EvaluationResult": "dmn_engine.engine",
    "Model": "dmn_engine.engine",
    "RecordError": "dmn_engine.engine",
    "Status": "dmn_engine.decisions.result",
    "TablesAtFault": "dmn_engine.engine",
    "UnknownDecision": "dmn_engine.engine",
    "load": "dmn_engine.engine",
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
