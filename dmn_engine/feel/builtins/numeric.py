"""Built-in functions on numbers (DMN 1.5, 10.3.4.5, table 76)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from dmn_engine.feel import numbers
from dmn_engine.feel.builtins.builtin import Builtin, builtin
from dmn_engine.feel.builtins.positions import truncate
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.temporal import DaysDuration, YearsDuration


def _rounding(mode: str) -> Callable[..., Decimal]:
    """The function of a number and a scale that rounds in this mode; without a scale, to a whole number."""

    def round_number(value: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
        return numbers.round_to_scale(value, Decimal(truncate(scale, "the scale")), mode)

    return round_number


def is_even(value: Decimal) -> bool:
    """Whether the number is even."""
    if not numbers.is_integer(value):
        raise FeelError(f"{numbers.format_number(value)} is neither odd nor even, as it has a fraction")
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return exponent > 0 or int(value) % 2 == 0


def _round(name: str, mode: str, doc: str, *, scale_only: bool = True) -> tuple[Builtin, ...]:
    function = _rounding(mode)
    scaled = builtin(
        f"{name}(n: number, scale: number) -> number", function, f"The number rounded to `scale` decimals, {doc}."
    )
    whole = builtin(f"{name}(n: number) -> number", function, f"The number rounded to a whole number, {doc}.")
    return (scaled,) if scale_only else (whole, scaled)


BUILTINS: tuple[Builtin, ...] = (
    *_round("decimal", numbers.ROUND_HALF_EVEN, "to the nearest, a half to the even one"),
    *_round("floor", numbers.ROUND_FLOOR, "down, towards minus infinity", scale_only=False),
    *_round("ceiling", numbers.ROUND_CEILING, "up, towards infinity", scale_only=False),
    *_round("round up", numbers.ROUND_UP, "away from zero"),
    *_round("round down", numbers.ROUND_DOWN, "towards zero"),
    *_round("round half up", numbers.ROUND_HALF_UP, "to the nearest, a half away from zero"),
    *_round("round half down", numbers.ROUND_HALF_DOWN, "to the nearest, a half towards zero"),
    builtin("abs(n: number) -> number", Decimal.copy_abs, "The number without its sign."),
    builtin(
        "abs(n: days and time duration) -> days and time duration",
        DaysDuration.absolute,
        "The duration without its sign.",
    ),
    builtin(
        "abs(n: years and months duration) -> years and months duration",
        YearsDuration.absolute,
        "The duration without its sign.",
    ),
    builtin(
        "modulo(dividend: number, divisor: number) -> number",
        numbers.modulo,
        "The remainder of a division, with the sign of the divisor.",
    ),
    builtin("sqrt(number: number) -> number", numbers.square_root, "The square root."),
    builtin("log(number: number) -> number", numbers.logarithm, "The natural logarithm."),
    builtin("exp(number: number) -> number", numbers.exponential, "Euler's number to this power."),
    builtin("odd(number: number) -> boolean", lambda value: not is_even(value), "Whether the number is odd."),
    builtin("even(number: number) -> boolean", is_even),
)
