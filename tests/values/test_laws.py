"""Laws of values: calendars and durations, order and equality, texts, the decimal context."""

from __future__ import annotations

import copy
import datetime
import decimal
import zoneinfo
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dmn_engine.feel import evaluate, numbers, operators, temporal
from dmn_engine.feel.builtins.conversions import range_of_text
from dmn_engine.feel.temporal import Date, DateTime, DaysDuration, Time, YearsDuration
from dmn_engine.feel.values import FeelError, Range, Value, format_value, freeze, from_python, to_python, type_of
from dmn_engine.feel.zones import UTC, Offset, Zone, find_region

settings.register_profile("laws", max_examples=150, deadline=None)
settings.load_profile("laws")

REGIONS = ("Europe/Paris", "Australia/Melbourne", "Asia/Kathmandu", "America/New_York", "Africa/Monrovia", "Etc/UTC")
LIMIT = 365_000_000_000  # days, a little within the range of years

DAY = 24 * 3600 * 10**9
dates = st.one_of(st.integers(-LIMIT, LIMIT), st.integers(-800_000, 800_000), st.integers(10_000, 25_000)).map(
    Date.of_epoch_day
)
nanoseconds = st.one_of(st.integers(0, DAY - 1), st.integers(0, 86_399).map(lambda second: second * 10**9))
zones: st.SearchStrategy[Zone | None] = st.one_of(
    st.none(),
    st.just(UTC),
    st.integers(-840, 840).map(lambda minute: Offset(minute * 60)),
    st.sampled_from(REGIONS).map(find_region),
)
times = st.builds(Time, nanoseconds, zones)
date_times = st.builds(DateTime, dates, times)
days_durations = st.one_of(st.integers(-(10**24), 10**24), st.integers(-(10**15), 10**15)).map(DaysDuration)
years_durations = st.integers(-(10**6), 10**6).map(YearsDuration)
feel_numbers = st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(exponent),
    st.integers(-(10**34) + 1, 10**34 - 1),
    st.integers(-30, 30),
)
texts = st.text(max_size=12)
points = st.one_of(feel_numbers, texts, dates, times, date_times, days_durations, years_durations)
ranges = st.builds(
    lambda low, high, low_closed, high_closed: Range(low, high, low_closed, high_closed),
    feel_numbers, feel_numbers, st.booleans(), st.booleans(),
)  # fmt: skip
scalars = st.one_of(st.none(), st.booleans(), points, ranges)
values: st.SearchStrategy[Value] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12
)


@given(dates)
def test_days_and_dates_are_one_to_one(date: Date) -> None:
    assert Date.of_epoch_day(date.epoch_day) == date
    assert temporal.parse_date(str(date)) == date


@given(st.dates())
def test_dates_agree_with_python(date: datetime.date) -> None:
    feel = temporal.from_python(date)
    assert isinstance(feel, Date)
    assert feel.to_python() == date
    assert (feel.weekday, feel.day_of_year) == (date.isoweekday(), date.timetuple().tm_yday)
    assert feel.week_of_year == date.isocalendar().week


@given(st.datetimes(timezones=st.sampled_from(REGIONS).map(zoneinfo.ZoneInfo), allow_imaginary=False))
def test_zoned_date_times_agree_with_python(moment: datetime.datetime) -> None:
    moment = moment.replace(fold=0)
    feel = temporal.from_python(moment)
    assert isinstance(feel, DateTime)
    assert feel.time_offset is not None
    assert feel.time_offset.to_python() == moment.utcoffset()
    assert feel.to_python() == moment


@given(dates, st.integers(-(10**8), 10**8).map(lambda day: DaysDuration(day * DAY)))
def test_subtracting_undoes_adding(date: Date, duration: DaysDuration) -> None:
    moved = operators.add(date, duration)
    assert operators.subtract(moved, duration) == date
    assert operators.subtract(moved, date) == duration


@given(
    st.builds(DateTime, dates, st.builds(Time, nanoseconds, st.one_of(st.none(), st.just(Offset(-3600))))),
    days_durations,
)
def test_date_times_move_by_durations_exactly(moment: DateTime, duration: DaysDuration) -> None:
    try:
        moved = operators.add(moment, duration)
    except FeelError:
        assume(False)
    assert operators.subtract(moved, duration) == moment
    assert operators.subtract(moved, moment) == duration


@given(date_times, st.integers(-(10**16), 10**16).map(DaysDuration))
def test_the_distance_is_the_duration_added(moment: DateTime, duration: DaysDuration) -> None:
    """Except in an hour that occurs twice in a region: the text cannot say which of the two it is."""
    distance = operators.subtract(operators.add(moment, duration), moment)
    assert isinstance(distance, DaysDuration)
    difference = abs(distance.length - duration.length)
    assert difference < DAY if moment.timezone else difference == 0


@given(times, days_durations)
def test_times_go_round_the_clock(time: Time, duration: DaysDuration) -> None:
    assert time.add(duration).add(duration.negate()).is_same(time)


@given(st.dates(datetime.date(1, 1, 1), datetime.date(9000, 1, 1)), st.integers(0, 20_000))
def test_months_between_is_the_most_that_fits(start: datetime.date, days: int) -> None:
    first = temporal.from_python(start)
    assert isinstance(first, Date)
    last = first.add_days(days)
    months = first.months_until(last)
    assert first.add_months(YearsDuration(months)) <= last
    assert first.add_months(YearsDuration(months + 1)) > last or last.day < first.day


@given(days_durations, st.integers(1, 1000))
def test_durations_multiply_and_divide(duration: DaysDuration, factor: int) -> None:
    assert duration.multiply(Decimal(factor)).divide(Decimal(factor)) == duration
    assert duration.multiply(Decimal(factor)).ratio(DaysDuration(1)) == numbers.normalise(
        Decimal(duration.length * factor)
    )


@pytest.mark.parametrize("kind", [feel_numbers, texts, dates, days_durations, years_durations, times, date_times])
def test_order_is_total_on_each_type(kind: st.SearchStrategy[Value]) -> None:
    @given(kind, kind, kind)
    def law(a: Value, b: Value, c: Value) -> None:
        zoned = {getattr(value, "zone", None) is None for value in (a, b, c)}
        assume(len(zoned) == 1)
        for x, y in product((a, b, c), repeat=2):
            facts = (operators.compare("<", x, y), operators.equal(x, y), operators.compare(">", x, y))
            assert facts.count(True) == 1
            assert operators.compare("<=", x, y) is (facts[0] or facts[1])
            assert operators.compare(">=", x, y) is (facts[2] or facts[1])
        if operators.compare("<", a, b) and operators.compare("<", b, c):
            assert operators.compare("<", a, c)

    law()


@given(values, values)
def test_keys_agree_with_equality(left: Value, right: Value) -> None:
    assert (freeze(left) == freeze(right)) is (operators.equal(left, right) is True)
    assert operators.equal(left, copy.deepcopy(left)) is True
    assert hash(freeze(left)) == hash(freeze(copy.deepcopy(left)))
    assert operators.is_same(left, copy.deepcopy(left))
    if operators.is_same(left, right):
        assert operators.equal(left, right) is True


@pytest.mark.parametrize(("left", "right"), [(Decimal(1), Decimal("1.0")), ([Decimal(1)], [Decimal("1E0")])])
def test_scale_makes_no_difference(left: Value, right: Value) -> None:
    assert freeze(left) == freeze(right)
    assert operators.equal(left, right) is True


@given(values)
def test_a_text_is_stable(value: Value) -> None:
    text = format_value(value)
    assert format_value(copy.deepcopy(value)) == text
    assert "\n" not in text
    assert type_of(value) == type_of(copy.deepcopy(value))


@given(values)
def test_a_text_denotes_an_equal_value(value: Value) -> None:
    """Except for ranges that end before they start, which no text denotes."""
    text = format_value(value)
    assume(not _has_empty_range(value))
    assert format_value(evaluate(text)) == text
    assert freeze(evaluate(text)) == freeze(value)


def _has_empty_range(value: Value) -> bool:
    if isinstance(value, Range):
        return bool(operators.less(value.high, value.low))
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(map(_has_empty_range, items))


@given(st.one_of(dates, times, date_times, days_durations, years_durations))
def test_temporal_texts_read_back(value: Value) -> None:
    again = temporal.parse_temporal(str(value))
    assert operators.is_same(again, value)
    assert str(again) == str(value)


@given(feel_numbers)
def test_number_texts_read_back(value: Decimal) -> None:
    assert numbers.parse_number(format_value(value)) == value


@given(
    st.one_of(feel_numbers, dates, texts.filter(lambda text: "\\" not in format_value(text))),
    st.booleans(),
    st.booleans(),
)
def test_range_texts_read_back(end: Value, low_closed: bool, high_closed: bool) -> None:
    whole = Range(end, end, low_closed, high_closed)
    assert freeze(range_of_text(format_value(whole))) == freeze(whole)


KINDS = [feel_numbers, texts, dates, times, date_times, days_durations, years_durations]


@given(st.one_of([st.tuples(kind, kind, kind) for kind in KINDS]), st.booleans(), st.booleans())
def test_a_range_holds_what_its_comparisons_say(
    triple: tuple[Value, Value, Value], low_closed: bool, high_closed: bool
) -> None:
    value, low, high = triple
    above = operators.compare(">=" if low_closed else ">", value, low)
    below = operators.compare("<=" if high_closed else "<", value, high)
    expected = operators.conjunction(above, below)
    assert operators.in_range(value, Range(low, high, low_closed, high_closed)) is expected
    if low_closed and high_closed:
        assert operators.between(value, low, high) is expected


WEIRD = decimal.Context(prec=3, rounding=decimal.ROUND_UP, Emin=-5, Emax=5, traps=[decimal.Inexact, decimal.Rounded])


@given(feel_numbers, feel_numbers, st.integers(-3, 3).map(Decimal))
def test_the_threads_decimal_context_makes_no_difference(left: Decimal, right: Decimal, small: Decimal) -> None:
    def outcomes() -> list[str]:
        found = []
        for operation in (numbers.add, numbers.subtract, numbers.multiply, numbers.divide, numbers.modulo):
            found.append(_text(lambda operation=operation: operation(left, right)))
        found += [
            _text(lambda: numbers.power(left, small)),
            _text(lambda: numbers.square_root(left)),
            _text(lambda: numbers.exponential(small)),
            _text(lambda: numbers.standard_deviation([left, right, small])),
            _text(lambda: numbers.mean([left, right, small])),
            _text(lambda: numbers.round_to_scale(left, small, numbers.ROUND_HALF_EVEN)),
            _text(lambda: operators.compare("<", left, right)),
            _text(lambda: freeze(left) == freeze(right)),
            _text(lambda: DaysDuration(10**12).multiply(left)),
            _text(lambda: temporal.parse_time("10:00:00.123456789").second),
            _text(lambda: numbers.parse_number("12345678901234567890.5")),
            _text(lambda: from_python(0.1)),
        ]
        return found

    usual = outcomes()
    with decimal.localcontext(WEIRD) as context:
        assert outcomes() == usual
        assert not any(context.flags.values()), "an operation ran in the thread's context"


def _text(evaluate: object) -> str:
    assert callable(evaluate)
    try:
        return str(evaluate())
    except FeelError as error:
        return error.message


@given(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(10**30), 10**30), st.text(), st.dates(), st.timedeltas(), st.datetimes()
    )
)
def test_python_values_come_back(value: object) -> None:
    assert to_python(from_python(value)) == value
    assert type(to_python(from_python(value))) is type(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_are_read_as_they_are_written(value: float) -> None:
    assert from_python(value) == Decimal(repr(value))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), {1: 2}, {1}, object(), b"x"])
def test_what_has_no_form_in_feel_is_refused(value: object) -> None:
    with pytest.raises(FeelError):
        from_python(value)
