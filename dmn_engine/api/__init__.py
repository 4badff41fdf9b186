"""The Python API: load tables or a DMN model, evaluate records, run the checks."""

from dmn_engine.api.errors import EngineError, MixedFolder, NotOffered, RecordError, TablesAtFault, UnknownDecision
from dmn_engine.api.model import DISCLAIMER, VERSION, EvaluationResult, Mode, Model, Overlaps
from dmn_engine.api.opening import load

__all__ = [
    "DISCLAIMER",
    "VERSION",
    "EngineError",
    "EvaluationResult",
    "MixedFolder",
    "Mode",
    "Model",
    "NotOffered",
    "Overlaps",
    "RecordError",
    "TablesAtFault",
    "UnknownDecision",
    "load",
]
