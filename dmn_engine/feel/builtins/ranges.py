"""Built-in functions that relate points and ranges (DMN 1.5, 10.3.4.7, table 78).

The table assumes two ends; here an unbounded end lies beyond every point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from dmn_engine.feel import operators
from dmn_engine.feel.builtins.builtin import Builtin, builtin
from dmn_engine.feel.values import Range, Value


class _Bound(NamedTuple):
    """An end of a range: at a point (side 0), or beyond all points (side -1 or 1).

    `nudge` is the position beside the point: an open start is just after it (1), an open end just before it (-1). The
    order of bounds is then the order of the intervals' starts and ends.
    """

    point: Value
    side: int
    nudge: int


def _low(value: Value) -> _Bound:
    """The lower bound of a range; a point is a range of that point alone."""
    if not isinstance(value, Range):
        return _Bound(value, 0, 0)
    value.require_interval()
    return _Bound(value.low, -1 if value.low is None else 0, 0 if value.low_closed else 1)


def _high(value: Value) -> _Bound:
    """The upper bound, likewise."""
    if not isinstance(value, Range):
        return _Bound(value, 0, 0)
    value.require_interval()
    return _Bound(value.high, 1 if value.high is None else 0, 0 if value.high_closed else -1)


def _precedes(first: _Bound, second: _Bound) -> bool:
    if first.side or second.side:
        return first.side < second.side
    if operators.less(first.point, second.point):
        return True
    return first.nudge < second.nudge and not operators.less(second.point, first.point)


def _same(first: _Bound, second: _Bound) -> bool:
    return not _precedes(first, second) and not _precedes(second, first)


def is_before(first: Value, second: Value) -> bool:
    """Whether the first ends before the second starts."""
    return _precedes(_high(first), _low(second))


def meets(first: Range, second: Range) -> bool:
    """Whether the first ends with the point that the second starts with."""
    return first.high_closed and second.low_closed and _same(_high(first), _low(second))


def overlaps(first: Range, second: Range) -> bool:
    """Whether the two have points in common."""
    return not is_before(first, second) and not is_before(second, first)


def overlaps_before(first: Range, second: Range) -> bool:
    """Whether the first starts before the second and ends in it."""
    return (
        _precedes(_low(first), _low(second)) and overlaps(first, second) and not _precedes(_high(second), _high(first))
    )


def finishes(first: Value, second: Range) -> bool:
    """Whether the first is in the second and ends with it."""
    return _same(_high(first), _high(second)) and not _precedes(_low(first), _low(second))


def includes(first: Range, second: Value) -> bool:
    """Whether the first contains the second."""
    return not _precedes(_low(second), _low(first)) and not _precedes(_high(first), _high(second))


def starts(first: Value, second: Range) -> bool:
    """Whether the first is in the second and starts with it."""
    return _same(_low(first), _low(second)) and not _precedes(_high(second), _high(first))


def coincide(first: Range, second: Range) -> bool:
    """Whether both ends of the ranges are equal."""
    return _same(_low(first), _low(second)) and _same(_high(first), _high(second))


def coincide_as_points(first: Value, second: Value) -> bool:
    """Whether the points are equal.

    Raises: FeelError if they are of different kinds.
    """
    found = operators.equal(first, second)
    if found is None:
        raise operators.explain_inequality(first, second)
    return found


_RANGES = "range1: range, range2: range"
_RANGE_POINT = "range: range, point: Any"
_POINT_RANGE = "point: Any, range: range"
_POINTS = "point1: Any, point2: Any"
_ALL = (_RANGES, _RANGE_POINT, _POINT_RANGE, _POINTS)


def _relate(name: str, function: Callable[..., bool], *signatures: str, doc: str = "") -> Iterator[Builtin]:
    return (builtin(f"{name}({parameters}) -> boolean", function, doc) for parameters in signatures)


def _relate_inversely(name: str, function: Callable[..., bool], doc: str, *signatures: str) -> Iterator[Builtin]:
    """The relation of the second to the first."""
    return _relate(name, lambda first, second: function(second, first), *signatures, doc=doc)


BUILTINS: tuple[Builtin, ...] = (
    *_relate("before", is_before, *_ALL),
    *_relate_inversely("after", is_before, "Whether the first starts after the second ends.", *_ALL),
    *_relate("meets", meets, _RANGES),
    *_relate_inversely("met by", meets, "Whether the first starts with the point that the second ends with.", _RANGES),
    *_relate("overlaps", overlaps, _RANGES),
    *_relate("overlaps before", overlaps_before, _RANGES),
    *_relate_inversely(
        "overlaps after", overlaps_before, "Whether the first starts in the second and ends after it.", _RANGES
    ),
    *_relate("finishes", finishes, _RANGES, _POINT_RANGE),
    *_relate_inversely(
        "finished by", finishes, "Whether the second is in the first and ends with it.", _RANGES, _RANGE_POINT
    ),
    *_relate("includes", includes, _RANGES, _RANGE_POINT),
    *_relate_inversely("during", includes, "Whether the second contains the first.", _RANGES, _POINT_RANGE),
    *_relate("starts", starts, _RANGES, _POINT_RANGE),
    *_relate_inversely(
        "started by", starts, "Whether the second is in the first and starts with it.", _RANGES, _RANGE_POINT
    ),
    *_relate("coincides", coincide, _RANGES),
    *_relate("coincides", coincide_as_points, _POINTS),
)
