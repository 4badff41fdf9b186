"""Whether a value is the one that a case expects: strictly, types compared too. Knows no cases."""

from __future__ import annotations

from decimal import Decimal

from dmn_engine.feel.values import Value, format_value

PRECISION = Decimal("1e-8")
"""How far a number may be from the expected one: the kit's own measure."""


def is_same(wanted: Value, got: Value) -> bool:
    """Whether a value is the expected one: of the same type, numbers as near as the kit's precision.

    Times are compared by how they are written: to the nanosecond, and with their offset or zone, which `=` leaves out.
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
    """The value as FEEL text; a value that is not FEEL, which an error of the engine may give, is shown as it is."""
    try:
        return format_value(value)
    except TypeError:
        return repr(value)
