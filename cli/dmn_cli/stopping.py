"""The end of a run whose output nobody reads any more."""

from __future__ import annotations


class ReaderGone(Exception):
    """Nobody reads the output any more, as with `| head`."""
