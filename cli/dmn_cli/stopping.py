"""Why a run ends before its time without a fault of anybody."""

from __future__ import annotations


class ReaderGone(Exception):
    """Nobody reads the output any more, as with `| head`."""
