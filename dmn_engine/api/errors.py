"""Exceptions for requests that cannot be met. Other problems are diagnostics of a model or errors in a result."""

from __future__ import annotations

from collections.abc import Sequence

from dmn_engine.diagnostics import Diagnostic


class EngineError(Exception):
    """A request that cannot be met; `diagnostics` have the reasons and their places. `code` is its kebab-case name."""

    code = "nothing-to-read"

    def __init__(self, message: str, diagnostics: Sequence[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.diagnostics = tuple(diagnostics)


class RecordError(EngineError):
    """The record violates the data dictionary."""

    code = "record-at-fault"


class TablesAtFault(EngineError):
    """The tables that the decision depends on have errors, so they give no answers."""

    code = "tables-at-fault"


class UnknownDecision(EngineError):
    """No table has this name."""

    code = "unknown-decision"


class NotOffered(EngineError):
    """The operation is not supported by this kind of model."""

    code = "not-offered"


class MixedFolder(EngineError):
    """A folder contains both workbooks and DMN models, which are evaluated by different rules."""

    code = "mixed-folder"
