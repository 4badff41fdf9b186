"""FEEL values: their types, hashable keys, literal texts and conversions from and to Python values.

null is None, a number Decimal, a string str, a boolean bool, a list list, a context dict with str keys. Lists and
contexts are never modified. Dates, times and durations are in `temporal`; ranges and functions are here.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dmn_engine.feel import numbers, temporal, types
from dmn_engine.feel.budget import Exhausted, spend_on_items
from dmn_engine.feel.errors import FeelError, NoValue
from dmn_engine.feel.temporal import Date, DateTime, DaysDuration, Time, YearsDuration
from dmn_engine.feel.tokens import KEYWORDS
from dmn_engine.feel.types import Type

__all__ = [
    "FeelError",
    "Function",
    "NoValue",
    "Range",
    "Value",
    "check_size",
    "describe_kind",
    "format_value",
    "freeze",
    "from_python",
    "quote",
    "to_python",
    "type_of",
]

Value = object
"""Any FEEL value. A union type would not help: a list of a narrower item type would not be assignable to it."""


_EQUALITIES = ("=", "!=")


@dataclass(frozen=True, slots=True)
class Range:
    """The values between two ends; an end that is None is unbounded, and open.

    `operator` is `=` for `(=10)`, which the standard distinguishes from `[10..10]` (Table 53), and `!=` for `(!=10)`,
    all values except its end. Other operators are dropped, because the ends say the same.
    """

    low: Value
    high: Value
    low_closed: bool
    high_closed: bool
    operator: str = ""

    def __post_init__(self) -> None:
        if self.operator not in _EQUALITIES:
            object.__setattr__(self, "operator", "")

    @classmethod
    def of_comparison(cls, operator: str, end: Value) -> Range:
        """The values that `operator end` accepts (10.3.2.7)."""
        if operator in _EQUALITIES:
            return cls(end, end, True, True, operator)
        if operator in ("<", "<="):
            return cls(None, end, False, operator == "<=")
        return cls(end, None, operator == ">=", False)

    def require_interval(self) -> None:
        """Raises: FeelError where the range leaves out one value, so that it has no two ends."""
        if self.operator == "!=":
            raise FeelError(f"{self} has no ends")

    def __str__(self) -> str:
        return _format_range(self)


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function value, called with positional values.

    `call` takes one value for each parameter (with `variadic`, any number of values for the last one, even none) and
    raises FeelError if it has no result. `required` is the least number of values, if smaller than the number of
    parameters. `name` is empty for a function literal. A function equals only itself.
    """

    name: str
    parameters: tuple[str, ...]
    call: Callable[..., Value]
    parameter_types: tuple[Type, ...] = ()
    result: Type = types.ANY
    variadic: bool = False
    required: int | None = None

    @property
    def arity(self) -> int:
        """The number of parameters."""
        return len(self.parameters)

    @property
    def type(self) -> types.FunctionType:
        """The function's type; a parameter without a type has type Any."""
        return types.FunctionType(self.parameter_types or (types.ANY,) * len(self.parameters), self.result)

    def __call__(self, *values: Value) -> Value:
        """The result for the values. Raises: FeelError if their number does not fit, or there is no result."""
        least = len(self.parameters) - self.variadic if self.required is None else self.required
        if len(values) < least or (len(values) > len(self.parameters) and not self.variadic):
            takes = f"{len(self.parameters)} value{'' if len(self.parameters) == 1 else 's'}"
            raise FeelError(f"{self.name or 'the function'} takes {takes}, not {len(values)}")
        return self.call(*values)


def type_of(value: Value) -> Type:
    """The type of a value (10.3.2.9). A list whose items have no common type is a `list<Any>`.

    Raises: TypeError if it is not a FEEL value.
    """
    match value:
        case None:
            return types.NULL
        case bool():
            return types.BOOLEAN
        case Decimal():
            return types.NUMBER
        case str():
            return types.STRING
        case Date():
            return types.DATE
        case Time():
            return types.TIME
        case DateTime():
            return types.DATE_TIME
        case DaysDuration():
            return types.DAYS_DURATION
        case YearsDuration():
            return types.YEARS_DURATION
        case list():
            spend_on_items(len(value))
            return types.ListType(_join([type_of(item) for item in value]))
        case dict():
            return types.ContextType(tuple((key, type_of(item)) for key, item in value.items()))
        case Range():
            return types.RangeType(_join([type_of(value.low), type_of(value.high)]))
        case Function():
            return value.type
    raise TypeError(f"{value!r} is not a FEEL value")


def _join(found: list[Type]) -> Type:
    """The type, among those given, that all conform to, else Any; Null if there are only nulls."""
    result: Type = types.NULL
    for item in found:
        if types.conforms(item, result) and result != types.NULL:
            continue
        if not types.conforms(result, item):
            return types.ANY
        result = item
    return result


MAX_SIZE = 250_000
"""The most values in the result of an evaluation; a shared value is counted once for each place where it is used."""

MAX_DEPTH = 150
"""The most levels of nesting in the result of an evaluation."""


def check_size(value: Value) -> None:
    """Check that a result is within MAX_SIZE and MAX_DEPTH. Raises: Exhausted if it is not.

    A shared value is one object in memory, but printing and comparing visit it at every place.
    """
    _measure(value, 0, {})


def _measure(value: Value, above: int, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """The size and the depth of a value; `known` caches them by identity."""
    match value:
        case list():
            parts: Iterable[Value] = value
        case dict():
            parts = value.values()
        case Range():
            parts = (value.low, value.high)
        case _:
            return 1, 0
    found = known.get(id(value))
    if found is None:
        size, height = 1, 0
        for part in parts if above < MAX_DEPTH else ():
            if isinstance(part, list | dict | Range):
                below = _measure(part, above + 1, known)
                size, height = size + below[0], max(height, below[1])
            else:
                size += 1
        found = known[id(value)] = size, height + 1
    if found[0] > MAX_SIZE:
        raise Exhausted(f"the value holds more than {MAX_SIZE:,} values")
    if above + found[1] > MAX_DEPTH:
        raise Exhausted(f"the value nests deeper than {MAX_DEPTH} levels")
    return found


_KINDS: Mapping[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "text",
    Date: "date",
    Time: "time",
    DateTime: "date and time",
    DaysDuration: "days and time duration",
    YearsDuration: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}


def describe_kind(value: Value) -> str:
    """The word for the kind of a value in messages: "text" for a string, "number", "list" and so on."""
    return _KINDS.get(type(value), type(value).__name__)


def freeze(value: Value) -> Hashable:
    """A hashable key: two values have equal keys exactly if FEEL's `=` between them is true.

    1 and 1.0 share a key; true and 1 do not, nor do a date and its midnight. Raises: TypeError for other objects.
    """
    match value:
        case None | str() | Date() | DaysDuration() | YearsDuration() | Function():
            return value
        case bool():
            return ("boolean", value)
        case Decimal():
            return value
        case Time():
            return ("time", value.zone is None, value.value)
        case DateTime():
            return ("date and time", value.zone is None, value.value)
        case list():
            spend_on_items(len(value))
            return ("list", *map(freeze, value))
        case dict():
            spend_on_items(len(value))
            return ("context", frozenset((key, freeze(item)) for key, item in value.items()))
        case Range():
            ends = (freeze(value.low), freeze(value.high))
            return ("range", *ends, value.low_closed, value.high_closed, value.operator)
    raise TypeError(f"{value!r} is not a FEEL value")


def format_value(value: Value) -> str:
    """The FEEL text that denotes the value. (A function has no such text: the result is its signature.)

    Raises: TypeError if it is not a FEEL value.
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return numbers.format_number(value)
        case str():
            return quote(value)
        case Date() | DaysDuration() | YearsDuration():
            return f'@"{value}"'
        case Time() | DateTime():
            return _format_time(value)
        case list():
            spend_on_items(len(value))
            return "[" + ", ".join(map(format_value, value)) + "]"
        case dict():
            spend_on_items(len(value))
            return "{" + ", ".join(f"{_format_key(key)}: {format_value(item)}" for key, item in value.items()) + "}"
        case Range():
            return _format_range(value)
        case Function():
            return f"{value.name or 'function'}({', '.join(value.parameters)})"
    raise TypeError(f"{value!r} is not a FEEL value")


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNSAFE = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]')
_PLAIN_KEY = re.compile("[A-Za-z_À-ÖØ-öø-ÿ][0-9A-Za-z_À-ÖØ-öø-ÿ]*")


def quote(text: str) -> str:
    """The text as a FEEL string literal (grammar rule 35), control characters escaped."""
    return '"' + _UNSAFE.sub(lambda found: _ESCAPES.get(found[0], f"\\u{ord(found[0]):04X}"), text) + '"'


def _format_key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) and key not in KEYWORDS else quote(key)


def _format_time(value: Time | DateTime) -> str:
    zone = value.zone
    seconds = getattr(zone, "seconds", 0)
    if not seconds % 60:
        return f'@"{value}"'
    if isinstance(value, DateTime):
        return f"date and time({format_value(value.date)}, {_format_time(value.time)})"
    offset = DaysDuration.of_seconds(seconds)
    parts = (str(value.hour), str(value.minute), numbers.format_number(value.second))
    return f'time({", ".join(parts)}, @"{offset}")'


def _format_range(value: Range) -> str:
    if value.operator:
        return f"({value.operator} {format_value(value.low)})"
    if value.low is None and value.high is not None:
        return f"({'<=' if value.high_closed else '<'} {format_value(value.high)})"
    if value.high is None and value.low is not None:
        return f"({'>=' if value.low_closed else '>'} {format_value(value.low)})"
    low, high = format_value(value.low), format_value(value.high)
    return f"{'[' if value.low_closed else '('}{low}..{high}{']' if value.high_closed else ')'}"


def from_python(value: object) -> Value:
    """The FEEL value of a Python value: int, float (by its shortest decimal), datetime.*, sequences, mappings.

    FEEL values are returned unchanged, but numbers are rounded to 34 digits. Raises: FeelError for other objects.
    """
    match value:
        case None | bool() | str() | Date() | Time() | DateTime() | DaysDuration() | YearsDuration():
            return value
        case Range() | Function():
            return value
        case Decimal():
            return numbers.normalise(value)
        case int():
            return numbers.normalise(Decimal(value))
        case float():
            return numbers.normalise(Decimal(repr(float(value))))
        case datetime.date() | datetime.time() | datetime.timedelta():
            return temporal.from_python(value)
        case list() | tuple():
            return [from_python(item) for item in value]
        case Mapping():
            return {_key_from_python(key): from_python(item) for key, item in value.items()}
    raise FeelError(f"a value of the type {type(value).__name__} cannot be converted to FEEL")


def _key_from_python(key: object) -> str:
    if not isinstance(key, str):
        raise FeelError(f"the keys of a context must be text, not {key!r}")
    return key


def to_python(value: Value) -> object:
    """The value as Python's own types where they can represent it: whole numbers as int, temporals as datetime.*.

    Numbers with a fraction stay Decimal. Temporals beyond Python's range or precision, years and months durations,
    ranges and functions are returned unchanged.
    """
    match value:
        case Decimal():
            return int(value) if numbers.is_integer(value) and value.adjusted() <= 34 else value
        case Date() | Time() | DateTime() | DaysDuration():
            try:
                return value.to_python()
            except ValueError:
                return value
        case list():
            return [to_python(item) for item in value]
        case dict():
            return {key: to_python(item) for key, item in value.items()}
    return value
