"""Errors of FEEL operations: the exception that becomes null, and the record of it that is kept beside the null."""

from __future__ import annotations

from dataclasses import dataclass

from dmn_engine.diagnostics import Source, Span


class FeelError(Exception):
    """A FEEL operation outside its domain. Its value is null, and `message` is the reason (DMN 1.5, 10.3.2.15)."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NoValue(Exception):
    """A variable is read that has no value yet; it ends the expression, unless `and` or `or` is decided without it.

    It is raised by the variables that a caller passes, and reaches the caller.
    """

    def __init__(self, *names: str) -> None:
        super().__init__(*names)
        self.names = names


@dataclass(frozen=True, slots=True)
class Cause:
    """The reason for a null: the message, and the text and span of the expression that failed."""

    message: str
    source: Source
    span: Span


SHOWN = 60
"""The most characters of a value or text in a message."""


def shorten(text: str) -> str:
    """The text, cut to the length that a message shows."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
