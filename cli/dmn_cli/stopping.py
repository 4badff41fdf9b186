"""End a run whose output is no longer read."""

from __future__ import annotations


class ReaderGone(Exception):
    """Nobody reads the output any more, as with `| head`."""
