"""The few colours of a terminal that reports use, by what they mean. Does not know whether anybody sees them."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum


class Tone(Enum):
    """What a piece of text is; the value is its SGR parameters."""

    STRONG = "1"
    FAINT = "2"
    ERROR = "1;31"
    WARNING = "1;33"
    NOTE = "1;36"
    GOOD = "1;32"


Paint = Callable[[str, Tone], str]


def choose_paint(color: bool) -> Paint:
    """The function that colours a text, or one that leaves it as it is."""
    return _paint if color else _leave


def _paint(text: str, tone: Tone) -> str:
    return f"\x1b[{tone.value}m{text}\x1b[0m" if text else text


def _leave(text: str, tone: Tone) -> str:
    return text
