"""Positions in strings and lists: the first is 1, the last -1 (footnotes of tables 74 and 75)."""

from __future__ import annotations

from decimal import Decimal

from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.numbers import format_number


def truncate(value: Decimal, what: str) -> int:
    """The integer part of a position, length or scale; the conformance tests require that a fraction is ignored."""
    if value.adjusted() > 30:
        raise FeelError(f"{what} is out of range: {format_number(value)}")
    return int(value)


def index_of_position(size: int, position: Decimal) -> int:
    """The index from 0. Raises: FeelError if the position is 0 or beyond either end."""
    place = truncate(position, "the position")
    if place == 0 or abs(place) > size:
        raise FeelError(f"position {place} is out of range: the length is {size}")
    return place - 1 if place > 0 else size + place


def slice_from(size: int, start: Decimal, length: Decimal | None) -> slice:
    """The slice from the start position on, of at most `length` items.

    Raises: FeelError if the start is not a position, or the length is less than 1 or goes beyond the end.
    """
    first = index_of_position(size, start)
    if length is None:
        return slice(first, size)
    count = truncate(length, "the length")
    if not 1 <= count <= size - first:
        raise FeelError(f"the length must be in [1..{size - first}], not {count}")
    return slice(first, first + count)
