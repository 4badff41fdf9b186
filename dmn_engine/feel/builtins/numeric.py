"""Built-in functions on numbers (DMN 1.5, 10.3.4.5, table 76)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from dmn_engine.feel import numbers
from dmn_engine.feel.builtins.builtin import Builtin, Parameter
from dmn_engine.feel.builtins.positions import truncate
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.temporal import DaysDuration, YearsDuration
from dmn_engine.feel.types import BOOLEAN, DAYS_DURATION, NUMBER, YEARS_DURATION
from dmn_engine.feel.values import Value


def _rounding(mode: str) -> Callable[..., Decimal]:
    """The function of a number and a scale that rounds in this mode; without a scale, to a whole number."""

    def round_number(value: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
        return numbers.round_to_scale(value, Decimal(truncate(scale, "the scale")), mode)

    return round_number


def take_absolute(value: Decimal) -> Decimal:
    """The number without its sign."""
    return value.copy_abs()


def take_absolute_days(value: DaysDuration) -> DaysDuration:
    """The duration without its sign."""
    return DaysDuration(abs(value.nanoseconds))


def take_absolute_years(value: YearsDuration) -> YearsDuration:
    """The duration without its sign."""
    return YearsDuration(abs(value.length))


def is_odd(value: Decimal) -> bool:
    """Whether a whole number is odd."""
    return not is_even(value)


def is_even(value: Decimal) -> bool:
    """Whether a whole number is even."""
    if not numbers.is_integer(value):
        raise FeelError(f"{numbers.format_number(value)} is neither odd nor even, as it has a fraction")
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return exponent > 0 or int(value) % 2 == 0


_N = Parameter("n", NUMBER)
_NUMBER = (Parameter("number", NUMBER),)
_SCALE = (_N, Parameter("scale", NUMBER))


def _round(name: str, mode: str, doc: str, *, scale_only: bool = True) -> tuple[Builtin, ...]:
    function = _rounding(mode)
    scaled = Builtin(name, _SCALE, NUMBER, function, f"The number rounded to `scale` decimals, {doc}.")
    whole = Builtin(name, (_N,), NUMBER, function, f"The number rounded to a whole number, {doc}.")
    return (scaled,) if scale_only else (whole, scaled)


def _of_number(name: str, function: Callable[..., Value], doc: str) -> Builtin:
    return Builtin(name, _NUMBER, NUMBER, function, doc)


BUILTINS: tuple[Builtin, ...] = (
    *_round("decimal", numbers.ROUND_HALF_EVEN, "to the nearest, a half to the even one"),
    *_round("floor", numbers.ROUND_FLOOR, "down, towards minus infinity", scale_only=False),
    *_round("ceiling", numbers.ROUND_CEILING, "up, towards infinity", scale_only=False),
    *_round("round up", numbers.ROUND_UP, "away from zero"),
    *_round("round down", numbers.ROUND_DOWN, "towards zero"),
    *_round("round half up", numbers.ROUND_HALF_UP, "to the nearest, a half away from zero"),
    *_round("round half down", numbers.ROUND_HALF_DOWN, "to the nearest, a half towards zero"),
    Builtin("abs", (_N,), NUMBER, take_absolute, "The number without its sign."),
    Builtin(
        "abs", (Parameter("n", DAYS_DURATION),), DAYS_DURATION, take_absolute_days, "The duration without its sign."
    ),
    Builtin(
        "abs", (Parameter("n", YEARS_DURATION),), YEARS_DURATION, take_absolute_years, "The duration without its sign."
    ),
    Builtin(
        "modulo",
        (Parameter("dividend", NUMBER), Parameter("divisor", NUMBER)),
        NUMBER,
        numbers.modulo,
        "The remainder of a division, with the sign of the divisor.",
    ),
    _of_number("sqrt", numbers.square_root, "The square root."),
    _of_number("log", numbers.logarithm, "The natural logarithm."),
    _of_number("exp", numbers.exponential, "Euler's number to this power."),
    Builtin("odd", _NUMBER, BOOLEAN, is_odd, "Whether the number is odd."),
    Builtin("even", _NUMBER, BOOLEAN, is_even, "Whether the number is even."),
)
