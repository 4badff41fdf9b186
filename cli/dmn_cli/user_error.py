"""The exception of commands for something that the user must change."""

from __future__ import annotations

from dmn_engine.diagnostics import Diagnostic, Severity, Source


class UserError(Exception):
    """Something that the user must change; `diagnostic` says what and where."""

    def __init__(self, code: str, message: str, place: str, *, help: str = "") -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic(code, Severity.ERROR, message, Source("", place), help=help)
