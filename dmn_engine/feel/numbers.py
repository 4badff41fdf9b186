"""The numbers of FEEL: IEEE 754 decimal128 (DMN 1.5, 10.3.2.3.1).

Every operation uses the decimal context of this module, so that the thread's context and traps cannot change a
result. An operation without a finite result in decimal128 raises FeelError.
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Callable, Iterable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from functools import cache, reduce

from dmn_engine.feel.budget import spend
from dmn_engine.feel.errors import FeelError, shorten

__all__ = [
    "CONTEXT",
    "MAX_SCALE",
    "MIN_SCALE",
    "ROUND_CEILING",
    "ROUND_DOWN",
    "ROUND_FLOOR",
    "ROUND_HALF_DOWN",
    "ROUND_HALF_EVEN",
    "ROUND_HALF_UP",
    "ROUND_UP",
    "add",
    "divide",
    "exponential",
    "format_number",
    "integer_of",
    "is_integer",
    "logarithm",
    "mean",
    "median",
    "mode",
    "modulo",
    "multiply",
    "negate",
    "normalise",
    "parse_number",
    "power",
    "product",
    "round_to_scale",
    "square_root",
    "standard_deviation",
    "subtract",
    "total",
]

CONTEXT = decimal.Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    capitals=1,
    clamp=1,
    flags=[],
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow, decimal.Underflow],
)
"""The context of decimal128. This module converts the signals that it traps to FeelError."""

MIN_SCALE, MAX_SCALE = -6111, 6176
"""The scales that decimal128 has (10.3.4.5, footnote)."""

_WIDE = decimal.Context(prec=80, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999, traps=[])
_EXACT = decimal.Context(prec=12_400, Emin=-999_999, Emax=999_999, traps=[])
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_PLAIN_DIGITS = 50
_MAX_POWER = 999_999_999
_STEPS_OF_A_SERIES = 100
_DIGITS_OF_A_STEP = 20


def _compute(operation: Callable[..., Decimal], *operands: object) -> Decimal:
    """The result of an operation of the context. Raises: FeelError for the signals that the context traps."""
    try:
        return operation(*operands)
    except decimal.DecimalException as error:
        raise _explain(error) from None


def _explain(error: ArithmeticError) -> FeelError:
    """The FeelError for a signal of the decimal module."""
    match error:
        case decimal.Overflow():
            return FeelError("the result is too large for a number")
        case decimal.Underflow():
            return FeelError("the result is too close to zero for a number")
        case decimal.DivisionByZero():
            return FeelError("cannot divide by zero")
    return FeelError("the result is not a number")


def normalise(value: Decimal) -> Decimal:
    """The value as a decimal128: rounded to 34 digits.

    Raises: FeelError if the value is not finite or is out of range.
    """
    if not value.is_finite():
        raise FeelError(f"{value} is not a number")
    return _compute(CONTEXT.plus, value)


def parse_number(text: str) -> Decimal:
    """The number that a FEEL numeric literal denotes (grammar rule 37), with an optional leading minus.

    Raises: FeelError if the text is not such a literal, or is out of the range of decimal128.
    """
    if _NUMBER.fullmatch(text) is None:
        raise FeelError(f'"{shorten(text)}" is not a number')
    return _compute(CONTEXT.create_decimal, text)


def format_number(value: Decimal) -> str:
    """The shortest FEEL literal of a number: `1.10` is `1.1`; an exponent only where the plain form is long."""
    if not value:
        return "0"
    plain = str(value)
    if "E" not in plain:
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits)).rstrip("0")
    exponent += len(digits) - len(text)
    prefix = "-" if sign else ""
    if exponent >= 0 and len(text) + exponent <= _PLAIN_DIGITS:
        return prefix + text + "0" * exponent
    if exponent < 0 and -exponent <= _PLAIN_DIGITS:
        whole, fraction = text[:exponent] or "0", text[exponent:].rjust(-exponent, "0")
        return f"{prefix}{whole}.{fraction}"
    mantissa = text[0] + ("." + text[1:] if len(text) > 1 else "")
    return f"{prefix}{mantissa}E{exponent + len(text) - 1}"


def add(left: Decimal, right: Decimal) -> Decimal:
    """The sum, to 34 digits."""
    return _compute(CONTEXT.add, left, right)


def subtract(left: Decimal, right: Decimal) -> Decimal:
    """The difference, to 34 digits."""
    return _compute(CONTEXT.subtract, left, right)


def multiply(left: Decimal, right: Decimal) -> Decimal:
    """The product, to 34 digits."""
    return _compute(CONTEXT.multiply, left, right)


def divide(left: Decimal, right: Decimal) -> Decimal:
    """The quotient, to 34 digits. Raises: FeelError if the divisor is zero."""
    if not right:
        raise FeelError("cannot divide by zero")
    return _compute(CONTEXT.divide, left, right)


def negate(value: Decimal) -> Decimal:
    """The number with the other sign; zero stays zero."""
    return _compute(CONTEXT.minus, value)


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """base ** exponent, to 34 digits (Table 60). 0 ** 0 is 1.

    Raises: FeelError if the exponent is out of [-999,999,999..999,999,999], or there is no real result.
    """
    if exponent.copy_abs() > _MAX_POWER:
        raise FeelError(f"the exponent {format_number(exponent)} is out of range")
    if not base and exponent < 0:
        raise FeelError("cannot raise zero to a negative power")
    if not base and not exponent:
        return Decimal(1)
    if base < 0 and not is_integer(exponent):
        raise FeelError("cannot raise a negative number to a fraction")
    if exponent.copy_abs() > 1000 or not is_integer(exponent):
        spend(3 * _STEPS_OF_A_SERIES)
    return _compute(CONTEXT.power, base, exponent)


def square_root(value: Decimal) -> Decimal:
    """The square root, to 34 digits. Raises: FeelError if the number is negative."""
    if value < 0:
        raise FeelError(f"a negative number has no square root: {format_number(value)}")
    return _compute(CONTEXT.sqrt, value)


def exponential(value: Decimal) -> Decimal:
    """e ** value."""
    spend(_STEPS_OF_A_SERIES)
    return _compute(CONTEXT.exp, value)


def logarithm(value: Decimal) -> Decimal:
    """The natural logarithm. Raises: FeelError if the number is not positive."""
    if value <= 0:
        raise FeelError(f"only a positive number has a logarithm, not {format_number(value)}")
    spend(_STEPS_OF_A_SERIES)
    return _compute(CONTEXT.ln, value)


def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """dividend - divisor * floor(dividend / divisor), exactly: the result has the divisor's sign (Table 76).

    Raises: FeelError if the divisor is zero, or the quotient has too many digits to compute it exactly.
    """
    if not divisor:
        raise FeelError("cannot divide by zero")
    distance = abs(dividend.adjusted() - divisor.adjusted())
    if distance > 10_000:
        # Python's remainder needs all digits of the quotient; decimal128 operands can be 12,287 digits apart.
        raise FeelError("the numbers are too far apart for a remainder")
    spend(distance // _DIGITS_OF_A_STEP)
    rest = _EXACT.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = _EXACT.add(rest, divisor)
    return normalise(rest)


def round_to_scale(value: Decimal, scale: Decimal, rounding: str) -> Decimal:
    """The number rounded to `scale` decimals; a negative scale rounds before the decimal point.

    Raises: FeelError if the scale is not an integer in [-6111..6176].
    """
    places = integer_of(scale, "the scale")
    if not MIN_SCALE <= places <= MAX_SCALE:
        raise FeelError(f"the scale must be in [{MIN_SCALE}..{MAX_SCALE}], not {places}")
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    if exponent >= -places:
        return value
    spend(max(value.adjusted() + places, 0) // _DIGITS_OF_A_STEP)
    return normalise(_rounding_context(rounding).quantize(value, Decimal((0, (1,), -places))))


@cache
def _rounding_context(rounding: str) -> decimal.Context:
    """A context with enough digits for every number at every scale."""
    return decimal.Context(prec=13_000, rounding=rounding, Emin=-999_999, Emax=999_999, traps=[])


def is_integer(value: Decimal) -> bool:
    """Whether the (finite) number is whole, such as 2 and 2.0."""
    return value == value.to_integral_value()


def integer_of(value: Decimal, what: str) -> int:
    """The number as an int. Raises: FeelError, with the name `what`, if it has a fraction or is too large."""
    if not is_integer(value):
        raise FeelError(f"{what} must be a whole number, not {format_number(value)}")
    if value.adjusted() > 34:
        raise FeelError(f"{what} is out of range: {format_number(value)}")
    return int(value)


def total(values: Iterable[Decimal]) -> Decimal:
    """The sum; 0 for no values."""
    return _compute(reduce, CONTEXT.add, values, Decimal(0))


def product(values: Iterable[Decimal]) -> Decimal:
    """The product; 1 for no values."""
    return _compute(reduce, CONTEXT.multiply, values, Decimal(1))


def mean(values: list[Decimal]) -> Decimal:
    """The arithmetic mean of one or more numbers."""
    return divide(total(values), Decimal(len(values)))


def median(values: list[Decimal]) -> Decimal:
    """The middle of one or more numbers, or the mean of the middle two."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else mean(ordered[middle - 1 : middle + 1])


def standard_deviation(values: list[Decimal]) -> Decimal:
    """The sample standard deviation of two or more numbers, computed with 80 digits and then rounded."""
    count = Decimal(len(values))
    average = _WIDE.divide(reduce(_WIDE.add, values), count)
    squares = Decimal(0)
    for value in values:
        deviation = _WIDE.subtract(value, average)
        squares = _WIDE.fma(deviation, deviation, squares)
    return normalise(_WIDE.sqrt(_WIDE.divide(squares, count - 1)))


def mode(values: list[Decimal]) -> list[Decimal]:
    """The most frequent numbers, ascending; empty for no values."""
    counts: dict[Decimal, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(value for value, number in counts.items() if number == most)
