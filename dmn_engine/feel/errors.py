"""Errors of FEEL operations: the exception that becomes null, and the record of it that is kept beside the null."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dmn_engine.diagnostics import Source, Span


class FeelError(Exception):
    """A FEEL operation outside its domain. Its value is null, and `message` is the reason (DMN 1.5, 10.3.2.15)."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NoValue(Exception):
    """An Absent value is read; this ends the expression, unless `and` or `or` is decided without it.

    It reaches the caller, which passed the Absent values, with their reasons.
    """

    def __init__(self, *reasons: object) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Absent:
    """The place of a variable, or member of one, that has no value yet: reading it raises NoValue."""

    reason: object


NOWHERE = Source("", "")
"""The source of an error that is not about a text."""


@dataclass(frozen=True, slots=True)
class EvaluationError:
    """An evaluation error, such as the reason for a null or a violated hit policy.

    `span` is the part of the text that failed; None if the error is not about a text.
    """

    message: str
    source: Source = NOWHERE
    span: Span | None = None

    @property
    def origin(self) -> str:
        """The place: file, sheet and cell, or file and line; empty if there is none."""
        return str(self.source.origin)

    @property
    def text(self) -> str:
        """The text of the cell or element; empty if there is none."""
        return self.source.text

    @property
    def start(self) -> int:
        """The offset in the text at which the failed part begins."""
        return 0 if self.span is None else self.span.start

    @property
    def end(self) -> int:
        """The offset in the text at which the failed part ends."""
        return 0 if self.span is None else self.span.end


def distinct(errors: Iterable[EvaluationError]) -> tuple[EvaluationError, ...]:
    """The errors, each once, in order."""
    return tuple(dict.fromkeys(errors))


SHOWN = 60
"""The most characters of a value or text in a message."""


def shorten(text: str) -> str:
    """The text, cut to the length that a message shows."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
