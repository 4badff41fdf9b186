"""Requests that cannot be met. Everything else is a diagnostic of the model, or an error in a result."""

from __future__ import annotations

from collections.abc import Sequence

from dmn_engine.diagnostics import Diagnostic


class EngineError(Exception):
    """A request that cannot be met; `diagnostics` say why, with their places. `code` is the kebab-case word for it."""

    code = "nothing-to-read"

    def __init__(self, message: str, diagnostics: Sequence[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.diagnostics = tuple(diagnostics)


class RecordError(EngineError):
    """The record breaks the vocabulary."""

    code = "record-at-fault"


class TablesAtFault(EngineError):
    """The tables that the decision draws on have errors, so that no answer of theirs can be trusted."""

    code = "tables-at-fault"


class UnknownDecision(EngineError):
    """No table has this name."""

    code = "unknown-decision"


class NotOffered(EngineError):
    """What is asked for is not to be had of a model of this kind."""

    code = "not-offered"


class MixedFolder(EngineError):
    """A folder holds workbooks as well as models in DMN, which are evaluated by different rules."""

    code = "mixed-folder"
