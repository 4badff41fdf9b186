"""Built-in functions that relate points and ranges (DMN 1.5, 10.3.4.7, table 78).

The table assumes two ends; here an unbounded end lies beyond every point.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from dmn_engine.feel import operators
from dmn_engine.feel.builtins.builtin import RANGE, Builtin, Parameter
from dmn_engine.feel.types import ANY, BOOLEAN
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


def is_after(first: Value, second: Value) -> bool:
    """Whether the first starts after the second ends."""
    return is_before(second, first)


def meets(first: Range, second: Range) -> bool:
    """Whether the first ends with the point that the second starts with."""
    return first.high_closed and second.low_closed and _same(_high(first), _low(second))


def is_met_by(first: Range, second: Range) -> bool:
    """Whether the second meets the first."""
    return meets(second, first)


def overlaps(first: Range, second: Range) -> bool:
    """Whether some point can be in both."""
    return not is_before(first, second) and not is_before(second, first)


def overlaps_before(first: Range, second: Range) -> bool:
    """Whether the first starts before the second, and ends in it."""
    return (
        _precedes(_low(first), _low(second)) and overlaps(first, second) and not _precedes(_high(second), _high(first))
    )


def overlaps_after(first: Range, second: Range) -> bool:
    """Whether the second overlaps before the first."""
    return overlaps_before(second, first)


def finishes(first: Value, second: Range) -> bool:
    """Whether the first is in the second and ends with it."""
    return _same(_high(first), _high(second)) and not _precedes(_low(first), _low(second))


def is_finished_by(first: Range, second: Value) -> bool:
    """Whether the second finishes the first."""
    return finishes(second, first)


def includes(first: Range, second: Value) -> bool:
    """Whether every point of the second is in the first."""
    return not _precedes(_low(second), _low(first)) and not _precedes(_high(first), _high(second))


def is_during(first: Value, second: Range) -> bool:
    """Whether the second includes the first."""
    return includes(second, first)


def starts(first: Value, second: Range) -> bool:
    """Whether the first is in the second and starts with it."""
    return _same(_low(first), _low(second)) and not _precedes(_high(second), _high(first))


def is_started_by(first: Range, second: Value) -> bool:
    """Whether the second starts the first."""
    return starts(second, first)


def coincide(first: Range, second: Range) -> bool:
    """Whether both start and end together."""
    return _same(_low(first), _low(second)) and _same(_high(first), _high(second))


def coincide_as_points(first: Value, second: Value) -> bool:
    """Whether the points are equal. Raises: FeelError if they are of different kinds."""
    found = operators.equal(first, second)
    if found is None:
        raise operators.explain_inequality(first, second)
    return found


_RANGES = (Parameter("range1", RANGE), Parameter("range2", RANGE))
_POINTS = (Parameter("point1", ANY), Parameter("point2", ANY))
_RANGE_POINT = (Parameter("range", RANGE), Parameter("point", ANY))
_POINT_RANGE = (Parameter("point", ANY), Parameter("range", RANGE))


def _record(
    name: str, function: Callable[..., bool], doc: str, *signatures: tuple[Parameter, ...]
) -> tuple[Builtin, ...]:
    return tuple(Builtin(name, parameters, BOOLEAN, function, doc) for parameters in signatures)


BUILTINS: tuple[Builtin, ...] = (
    *_record(
        "before",
        is_before,
        "Whether the first ends before the second starts.",
        _RANGES,
        _RANGE_POINT,
        _POINT_RANGE,
        _POINTS,
    ),
    *_record(
        "after",
        is_after,
        "Whether the first starts after the second ends.",
        _RANGES,
        _RANGE_POINT,
        _POINT_RANGE,
        _POINTS,
    ),
    *_record("meets", meets, "Whether the first ends with the point that the second starts with.", _RANGES),
    *_record("met by", is_met_by, "Whether the first starts with the point that the second ends with.", _RANGES),
    *_record("overlaps", overlaps, "Whether the two have points in common.", _RANGES),
    *_record("overlaps before", overlaps_before, "Whether the first starts before the second and ends in it.", _RANGES),
    *_record("overlaps after", overlaps_after, "Whether the first starts in the second and ends after it.", _RANGES),
    *_record("finishes", finishes, "Whether the first is in the second and ends with it.", _RANGES, _POINT_RANGE),
    *_record(
        "finished by", is_finished_by, "Whether the second is in the first and ends with it.", _RANGES, _RANGE_POINT
    ),
    *_record("includes", includes, "Whether the first contains the second.", _RANGES, _RANGE_POINT),
    *_record("during", is_during, "Whether the second contains the first.", _RANGES, _POINT_RANGE),
    *_record("starts", starts, "Whether the first is in the second and starts with it.", _RANGES, _POINT_RANGE),
    *_record(
        "started by", is_started_by, "Whether the second is in the first and starts with it.", _RANGES, _RANGE_POINT
    ),
    *_record("coincides", coincide, "Whether both ends of the ranges are equal.", _RANGES),
    *_record("coincides", coincide_as_points, "Whether the points are equal.", _POINTS),
)
