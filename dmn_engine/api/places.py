"""Which element of a model a fault stands in, by its place alone. Knows no elements."""

from __future__ import annotations

from dmn_engine.diagnostics import CellRef, LineRef, Origin


def place_of(origin: Origin) -> Origin:
    """The place that an element takes up: in a workbook, its sheet."""
    return CellRef(origin.file, origin.sheet) if isinstance(origin, CellRef) else origin


def is_within(origin: Origin, place: Origin) -> bool:
    """Whether a fault stands in the element at a place: by the path of elements, or on its sheet."""
    if isinstance(origin, LineRef) and isinstance(place, LineRef):
        return origin.file == place.file and f"{origin.element}/".startswith(f"{place.element}/")
    return place_of(origin) == place
