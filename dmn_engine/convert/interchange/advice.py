"""What to do about a model that leaves something open: in the words of the file that it was read from."""

from __future__ import annotations

from dmn_engine.diagnostics import CellRef, Source


def advise(place: Source, in_model: str) -> str:
    """`in_model` for a model file; a workbook of another layout has no place for it, but what is made of it has."""
    if isinstance(place.origin, CellRef):
        return "this layout cannot say it: convert the workbook (`dmn convert`), and correct what is written there"
    return in_model
