"""Evaluates example patients for `dmn test`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dmn_engine.api import Model, RecordError, TablesAtFault
from dmn_engine.diagnostics import Diagnostic
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.result import Result


def evaluate_example(model: Model, record: Mapping[str, Value], decision: str) -> Result | Sequence[Diagnostic]:
    """The result of a record, or the errors of the record or the tables that prevent it."""
    try:
        return model.run_example(record, decision)
    except (RecordError, TablesAtFault) as error:
        if not error.diagnostics:
            raise
        return error.diagnostics
