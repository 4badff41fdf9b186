"""Convert JSON values to FEEL values by their type and back, exactly."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from decimal import Decimal

from dmn_engine.feel import temporal
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.types import ANY, ContextType, ListType, Type
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.result import Status
from dmn_engine.model.unknown import ErrorValue, Unknown
from dmn_engine.records.formats import is_temporal, parse_text


class TemporalText(str):
    """The ISO 8601 text of a date, time or duration that was given as one; `value` is the FEEL value."""

    value: Value

    @classmethod
    def of(cls, text: str, value: Value) -> TemporalText:
        found = cls(text)
        found.value = value
        return found


_SAME = frozenset((type(None), bool, str, Decimal))


def to_exact(value: object) -> object:
    """A Python value as its JSON value, numbers as Decimal.

    int and float (by `repr`, so that 0.1 is 0.1), numpy's scalars, tuples and sets, Python's and the engine's dates
    (as ISO 8601 text that keeps the value) are understood; NaN and infinity stay a float, and anything else stays
    what it is, for validation to name.
    """
    if type(value) in _SAME:
        return value
    match value:
        case str() | Decimal():
            return value
        case int():
            return Decimal(value)
        case float():
            return Decimal(repr(float(value))) if math.isfinite(value) else float(value)
        case list() | tuple() | set() | frozenset():
            return [to_exact(item) for item in value]
        case Mapping():
            return {str(name): to_exact(item) for name, item in value.items()}
        case datetime.date() | datetime.time():  # datetime.datetime is a date
            return TemporalText.of(value.isoformat(), temporal.from_python(value))
        case datetime.timedelta():
            duration = temporal.from_python(value)
            return TemporalText.of(str(duration), duration)
    if isinstance(value, _TEMPORAL):
        return TemporalText.of(str(value), value)
    return _from_array(value)


def _from_array(value: object) -> object:
    """A numpy scalar or array by its shortest text, exact for its own precision (float32 too); all else as it is."""
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    if getattr(value, "ndim", 0):
        return to_exact(value.tolist()) if hasattr(value, "tolist") else value
    if kind in ("i", "u", "f"):
        number = Decimal(str(value))
        return number if number.is_finite() else float(str(value))
    if kind == "b":
        return bool(value)
    return _from_instant(str(value)) if kind == "M" else str(value) if kind == "U" else value


def _from_instant(text: str) -> str:
    """numpy's text of a date and time; it is a date alone where it has no time."""
    try:
        return TemporalText.of(text, temporal.parse_temporal(text))
    except FeelError:  # NaT, and what is not a whole day or second
        return text


def to_value(value: object, type_: Type) -> Value:
    """The FEEL value of a valid JSON value, by its type: texts become dates and times.

    Raises FeelError for a text that is none; a value of another type, and any value where the type is Any, stays what
    it was given as.
    """
    if isinstance(value, bool | Decimal) or value is None:
        return value
    if isinstance(value, list):
        return [to_value(item, type_.item if isinstance(type_, ListType) else ANY) for item in value]
    if isinstance(value, dict):
        members = type_ if isinstance(type_, ContextType) else ContextType()
        return {name: to_value(item, members.member(name) or ANY) for name, item in value.items()}
    if isinstance(value, str) and is_temporal(type_):
        return parse_text(value, type_)
    if isinstance(value, TemporalText):
        return value.value if type_ == ANY else str(value)
    return value


def to_json(value: Value) -> object:
    """The JSON value (of Python's json module) of a FEEL value, losing nothing.

    A number is an int, or a float where that has the same shortest text, else its text; dates, times and durations are
    ISO 8601 text; a range or a function is its FEEL text. A part that has no value is an object of its `status`
    (undetermined or error) with the fields that it `needs`, or the `errors` that are why.
    """
    match value:
        case None | bool() | str():
            return value
        case Decimal():
            return _number_to_json(value)
        case list():
            return [to_json(item) for item in value]
        case Mapping():
            return {name: to_json(item) for name, item in value.items()}
    if isinstance(value, _TEMPORAL):
        return str(value)
    if isinstance(value, Unknown):
        return {"status": Status.UNDETERMINED.value, "needs": list(value.needs)}
    if isinstance(value, ErrorValue):
        return {"status": Status.ERROR.value, "errors": [failure.message for failure in value.errors]}
    from dmn_engine.feel.values import format_value

    return format_value(value)


_TEMPORAL = (temporal.Date, temporal.Time, temporal.DateTime, temporal.DaysDuration, temporal.YearsDuration)
_SAFE_INTEGER = 2**53


def _number_to_json(value: Decimal) -> int | float | str:
    """A JSON number where every reader of doubles gets the same number from it, else the digits as text."""
    if value == value.to_integral_value() and value.copy_abs() <= _SAFE_INTEGER:
        return int(value)
    number = float(value)
    if math.isfinite(number) and Decimal(repr(number)) == value:
        return number
    return str(value)
