"""Positions in strings and lists: the first is 1, the last -1 (footnotes of tables 74 and 75)."""

from __future__ import annotations

from decimal import Decimal

from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.numbers import format_number


def truncate(value: Decimal, what: str) -> int:
    """The whole part: a fraction of a position, length or scale does not count, as the conformance tests have it."""
    if value.adjusted() > 30:
        raise FeelError(f"{what} is out of range: {format_number(value)}")
    return int(value)


def index_of_position(size: int, position: Decimal) -> int:
    """The index from 0. Raises: FeelError if the position is 0 or past either end."""
    place = truncate(position, "the position")
    if place == 0 or abs(place) > size:
        raise FeelError(f"there is no position {place} among {size}")
    return place - 1 if place > 0 else size + place


def slice_from(size: int, start: Decimal, length: Decimal | None) -> slice:
    """The places from the start position on, at most `length` of them.

    Raises: FeelError if the start is no position, or the length below 1 or past the end.
    """
    first = index_of_position(size, start)
    if length is None:
        return slice(first, size)
    count = truncate(length, "the length")
    if not 1 <= count <= size - first:
        raise FeelError(f"the length must be in [1..{size - first}], not {count}")
    return slice(first, first + count)
