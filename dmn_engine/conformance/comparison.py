"""Strict comparison of a value with the expected one, including their types."""

from __future__ import annotations

from decimal import Decimal

from dmn_engine.feel.values import Value, format_value

PRECISION = Decimal("1e-8")
"""The tolerance for numbers, as defined by the kit."""


def is_same(wanted: Value, got: Value) -> bool:
    """Whether a value is the expected one: of the same type, with numbers within the kit's tolerance.

    Times are compared by their texts: to the nanosecond, and with their offset or zone, which `=` ignores.
    """
    if type(wanted) is not type(got):
        return False
    match wanted, got:
        case Decimal(), Decimal():
            return abs(wanted - got) < PRECISION
        case list(), list():
            return len(wanted) == len(got) and all(map(is_same, wanted, got))
        case dict(), dict():
            return wanted.keys() == got.keys() and all(is_same(item, got[key]) for key, item in wanted.items())
    return format_value(wanted) == format_value(got)


def show_value(value: Value) -> str:
    """The value as FEEL text; an object that is not a FEEL value (a bug of the engine) is shown too."""
    try:
        return format_value(value)
    except TypeError:
        return repr(value)
