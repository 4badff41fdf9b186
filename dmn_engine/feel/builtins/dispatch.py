"""Selection of the signature for a call of a built-in function, once for each combination of the values' classes.

Most values fit or do not fit a parameter by their Python class alone, and need no conversion. The call then goes
directly to the function. Only if a conversion may apply does `choose` try the signatures on the values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from dmn_engine.feel import types
from dmn_engine.feel.budget import CHARACTERS_OF_A_STEP, spend
from dmn_engine.feel.builtins.builtin import CONTEXT, FUNCTION, LIST, RANGE, Builtin, Parameter
from dmn_engine.feel.conversion import CLASSES
from dmn_engine.feel.temporal import Date, DateTime, DaysDuration, Time, YearsDuration
from dmn_engine.feel.types import ContextType, FunctionType, ListType, RangeType
from dmn_engine.feel.values import Function, Range, Value

Kinds = tuple[type, ...]
Direct = Callable[..., Value]
"""A function of the values in the order of the call. Raises: FeelError, without the function's name in its message."""

_NULL = type(None)
_KINDS = frozenset(
    (bool, Decimal, str, list, dict, Date, Time, DateTime, DaysDuration, YearsDuration, Range, Function, _NULL)
)
_SIZED = frozenset((list, dict, str))
_ITEMS_OF_A_STEP = 4
_CLASSES: Mapping[type, type] = {RangeType: Range, ContextType: dict, FunctionType: Function}


class Dispatch(dict[Kinds, Direct | None]):
    """The function to call for each combination of classes of the values; None if it depends on the values.

    A metered call spends steps in proportion to the size of the values.
    """

    def __init__(self, overloads: Sequence[Builtin], names: Sequence[str] = (), *, is_metered: bool = False) -> None:
        super().__init__()
        self._is_metered = is_metered
        self._overloads = overloads
        self._names = names

    def __missing__(self, kinds: Kinds) -> Direct | None:
        direct = self._find(kinds)
        if direct is not None and self._is_metered and not _SIZED.isdisjoint(kinds):
            direct = _meter(direct)
        self[kinds] = direct
        return direct

    def _find(self, kinds: Kinds) -> Direct | None:
        """The first signature that fits, unless an earlier one may fit by conversion."""
        for builtin in self._overloads:
            places = _place(builtin, len(kinds), self._names)
            if places is None:
                continue
            fits = [
                fits_by_kind(parameter, _NULL if place is None else kinds[place])
                for parameter, place in zip(_repeat(builtin, len(places)), places, strict=True)
            ]
            if all(fits):
                return _arrange(builtin, places)
            if False not in fits:
                return None
        return None


def fits_by_kind(parameter: Parameter, kind: type) -> bool | None:
    """True if all values of the class fit the parameter without conversion, False if none does, None if it depends."""
    if kind is _NULL:
        return parameter.nullable or (parameter.optional and not parameter.variadic)
    if kind not in _KINDS:
        return None
    match parameter.type:
        case types.ANY:
            return True
        case ListType():
            return True if kind is list and parameter.type == LIST else None
        case _ if kind is list:
            return None  # a list of one value converts to that value
        case RangeType() | ContextType() | FunctionType() as wanted if kind is _CLASSES[type(wanted)]:
            return True if wanted in (RANGE, CONTEXT, FUNCTION) else None
        case types.DATE_TIME if kind is Date:
            return None
        case wanted:
            return kind is CLASSES.get(wanted)


def _meter(direct: Direct) -> Direct:
    def metered(*values: Value) -> Value:
        spend_on(values)
        return direct(*values)

    return metered


def spend_on(values: Sequence[Value]) -> None:
    """Spend the steps of reading the values. Raises: Exhausted."""
    steps = 0
    for value in values:
        if isinstance(value, list | dict):
            steps += len(value) // _ITEMS_OF_A_STEP
        elif isinstance(value, str):
            steps += len(value) // CHARACTERS_OF_A_STEP
    if steps:
        spend(steps)


def _place(builtin: Builtin, count: int, names: Sequence[str]) -> list[int | None] | None:
    """The index of each parameter's value, None for one that is omitted. None if the count or the names do not fit.

    A named variadic parameter takes a list of values, so the value's class does not decide whether it fits.
    """
    if not names:
        absent = len(builtin.parameters) - count
        return [*range(count), *[None] * absent] if builtin.accepts(count) else None
    have = [parameter.name for parameter in builtin.parameters]
    if builtin.variadic or not set(names) <= set(have):
        return None
    return [names.index(name) if name in names else None for name in have]


def _repeat(builtin: Builtin, count: int) -> Sequence[Parameter]:
    """The parameter of each value; the variadic one is repeated for each of its values."""
    return [*builtin.parameters, *builtin.parameters[-1:] * (count - len(builtin.parameters))]


def _arrange(builtin: Builtin, places: Sequence[int | None]) -> Direct:
    """The function, taking the values in the order of the call."""
    function = builtin.function
    fixed = len(builtin.parameters) - builtin.variadic
    if builtin.variadic:
        return lambda *values: function(*values[:fixed], list(values[fixed:]))
    if list(places) == list(range(fixed)):
        return function
    return lambda *values: function(*(None if place is None else values[place] for place in places))
