"""Help texts for incomplete models, in terms of the file that the model was read from."""

from __future__ import annotations

from dmn_engine.diagnostics import CellRef, Source


def advise(place: Source, in_model: str) -> str:
    """`in_model` for a model file. A foreign layout cannot express it, so its workbook has to be converted."""
    if isinstance(place.origin, CellRef):
        return "this layout cannot say it: convert the workbook (`dmn convert`), and correct what is written there"
    return in_model
