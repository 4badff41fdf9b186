"""Requests that cannot be met. Everything else is a diagnostic of the model, or an error in a result."""

from __future__ import annotations

from collections.abc import Sequence

from dmn_engine.diagnostics import Diagnostic


class EngineError(Exception):
    """A request that cannot be met; `diagnostics` say why, with their places."""

    def __init__(self, message: str, diagnostics: Sequence[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.diagnostics = tuple(diagnostics)


class RecordError(EngineError):
    """The record breaks the vocabulary."""


class TablesAtFault(EngineError):
    """The tables that the decision draws on have errors, so that no answer of theirs can be trusted."""


class UnknownDecision(EngineError):
    """No table has this name."""
