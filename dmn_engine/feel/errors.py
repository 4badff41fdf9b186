"""Why a FEEL operation has no value: the error that becomes null, and the cause that is kept beside it."""

from __future__ import annotations

from dataclasses import dataclass

from dmn_engine.diagnostics import Source, Span


class FeelError(Exception):
    """An operation outside its domain: its value is null, and this message says why (DMN 1.5, 10.3.2.15)."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Cause:
    """The kept reason of a null: the message, and the text and span of the expression that gave it."""

    message: str
    source: Source
    span: Span


SHOWN = 60
"""The most characters of a value or text that a message shows."""


def shorten(text: str) -> str:
    """The text as a message shows it."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
