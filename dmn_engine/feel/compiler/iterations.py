"""Closures for iterations: `for`, `some`, `every`, and filters (DMN 1.5, 10.3.2.6 and 10.3.2.14)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from dmn_engine.feel import numbers, operators
from dmn_engine.feel.compiler.frame import ERRORS, RUN, Build, Code, Fail, Frame, Level, Local, Member, steps_of
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.syntax import Expression, Filter, For, Iterator_, Name, NumberLiteral, Quantified, walk
from dmn_engine.feel.temporal import Date, DaysDuration
from dmn_engine.feel.values import Range, Value

Visit = Callable[[Frame], bool]
"""The body of a loop, which returns whether to stop."""


def compile_for(node: For, build: Build, level: Level) -> Code:
    """`for iterators return body`: the list of the body's values; the last iterator varies fastest."""
    partial = build.new_slot()
    loop, level = _compile_iterators(node.iterators, build, level, steps_of(node.body))
    body = build.compile(node.body, Level({"partial": Local(partial)}, level))
    escapes = _escapes(node.body)

    def for_(frame: Frame) -> Value:
        results: list[Value] = []
        frame[partial] = results

        def visit(frame: Frame) -> bool:
            if escapes:
                frame[RUN].spend(len(results))
                frame[partial] = results.copy()
            value = body(frame)
            if type(value) is list:
                frame[RUN].spend(len(value))
            results.append(value)
            return False

        return None if loop(frame, visit) is None else results

    return for_


def _escapes(body: Expression) -> bool:
    """Whether the body may keep the list `partial` itself, rather than only read an item of it (`partial[-1]`)."""
    nodes = list(walk(body))
    asked = {id(each.operand) for each in nodes if isinstance(each, Filter)}
    return any(isinstance(each, Name) and each.name == "partial" and id(each) not in asked for each in nodes)


def compile_quantified(node: Quantified, build: Build, level: Level) -> Code:
    """`some` or `every iterators satisfies body`: the disjunction or conjunction of the body's values.

    A value that is not a boolean makes the result null, unless an earlier value decided it.
    """
    loop, level = _compile_iterators(node.iterators, build, level, steps_of(node.body))
    body = build.compile(node.body, level)
    fail = build.fail(node.body.span)
    decisive = node.quantifier == "some"

    def quantified(frame: Frame) -> bool | None:
        outcome: bool | None = not decisive

        def visit(frame: Frame) -> bool:
            nonlocal outcome
            value = body(frame)
            if value is decisive:
                outcome = decisive
                return True
            if value is None:
                outcome = None
            elif not isinstance(value, bool):
                fail(frame, f"this is {operators.name_kind(value)}, not a condition")
                outcome = None
                return True
            return False

        return None if loop(frame, visit) is None else outcome

    return quantified


Loop = Callable[[Frame, Visit], bool | None]
"""A loop over all combinations. It returns True if the body stopped it, None if a domain cannot be iterated."""


def _compile_iterators(iterators: Sequence[Iterator_], build: Build, level: Level, steps: int) -> tuple[Loop, Level]:
    """The loop over all iterators, and the level with their names. Each iterator sees the names of those before it.

    `steps` is the cost of the body in each iteration.
    """
    first, rest = iterators[0], iterators[1:]
    slot = build.new_slot()
    items = _compile_domain(first, build, level)
    level = Level({first.name: Local(slot)}, level)
    inner: Loop | None = None
    if rest:
        inner, level = _compile_iterators(rest, build, level, steps)

    def loop(frame: Frame, visit: Visit) -> bool | None:
        found = items(frame)
        if found is None:
            return None
        run = frame[RUN]
        for item in found:
            run.steps -= steps
            if run.steps < 0:
                run.spend(0)
            frame[slot] = item
            stopped = visit(frame) if inner is None else inner(frame, visit)
            if stopped is not False:
                return stopped
        return False

    return loop, level


def _compile_domain(iterator: Iterator_, build: Build, level: Level) -> Callable[[Frame], Iterable[Value] | None]:
    domain = build.compile(iterator.domain, level)
    end = None if iterator.end is None else build.compile(iterator.end, level)
    attempt = build.attempt(iterator.span)

    def items(frame: Frame) -> Iterable[Value] | None:
        value = domain(frame)
        if type(value) is list and end is None:
            return value
        return attempt(frame, list_items, value) if end is None else attempt(frame, _count, value, end(frame))

    return items


def list_items(value: Value) -> Iterable[Value]:
    """The items of an iteration: those of a list, the numbers or dates of a range, else the value itself.

    Raises: FeelError for null, and for a range whose items cannot be counted.
    """
    if value is None:
        raise FeelError("cannot iterate over null")
    if not isinstance(value, Range):
        return value if isinstance(value, list) else [value]
    value.require_interval()
    if value.low is None or value.high is None:
        raise FeelError(f"the range {operators.show(value)} is unbounded and cannot be iterated")
    counted = list(_ends(value.low, value.high))
    counted[0] += not value.low_closed
    counted[1] -= not value.high_closed
    return _count_between(value.low, counted[0], counted[1], 1)


def _count(low: Value, high: Value) -> Iterable[Value]:
    """The whole numbers or dates from one to another, upwards or downwards. Raises: FeelError for other values."""
    first, last = _ends(low, high)
    return _count_between(low, first, last, 1 if first <= last else -1)


def _ends(low: Value, high: Value) -> tuple[int, int]:
    match low, high:
        case Decimal(), Decimal():
            return numbers.integer_of(low, "the start"), numbers.integer_of(high, "the end")
        case Date(), Date():
            return low.epoch_day, high.epoch_day
    ends = f"from {operators.show(low)} to {operators.show(high)}"
    raise FeelError(f"cannot count {ends}: only whole numbers and dates can be counted")


def _count_between(sample: Value, first: int, last: int, step: int) -> Iterable[Value]:
    numbers_ = range(first, last + step, step)
    if not isinstance(sample, Date):
        return map(Decimal, numbers_)
    start = sample.epoch_day
    return (sample.add(DaysDuration.of_seconds((day - start) * 86_400)) for day in numbers_)


def compile_filter(node: Filter, build: Build, level: Level) -> Code:
    """`operand[condition]`: the items for which the condition is true, or the item at a position if it is a number."""
    operand = build.compile(node.operand, level)
    slot = build.new_slot()
    places: dict[str, Local | Member] = {"item": Local(slot)}
    places.update(dict.fromkeys(node.members or (), Member(slot)))
    condition = build.compile(node.condition, Level(places, level, slot if node.members is None else None))
    steps = steps_of(node.condition)
    fail_operand, fail_condition = build.fail(node.span), build.fail(node.condition.span)
    if isinstance(node.condition, NumberLiteral):
        return _compile_place(operand, node.condition.value, fail_operand)

    def filter_(frame: Frame) -> Value:
        value = operand(frame)
        if value is None:
            fail_operand(frame, "cannot filter null")
            return None
        items = value if isinstance(value, list) else [value]
        if not items:
            return _filter_nothing(condition, frame, slot)
        kept: list[Value] = []
        frame[RUN].spend(len(items) * steps)
        for place, item in enumerate(items):
            frame[slot] = item
            chosen = condition(frame)
            if chosen is True:
                kept.append(item)
            elif type(chosen) is Decimal and place == 0:
                return _at(items, chosen, frame, fail_operand)
            elif chosen is not None and chosen is not False:
                fail_condition(frame, f"this is {operators.name_kind(chosen)}, not a condition")
                return None
        return kept

    return filter_


def _compile_place(operand: Code, place: Decimal, fail: Fail) -> Code:
    """`operand[3]`: the item at a constant position, with a fast path for a list that is long enough."""
    index = int(place) if numbers.is_integer(place) and place.adjusted() < 10 else 0

    def item(frame: Frame) -> Value:
        value = operand(frame)
        if type(value) is list and 0 < abs(index) <= len(value):
            return value[index - 1 if index > 0 else index]
        return _at(value, place, frame, fail)

    return item


def _filter_nothing(condition: Code, frame: Frame, slot: int) -> Value:
    """The filter of an empty list: an empty list for a condition, null for a position."""
    frame[slot] = None
    errors, frame[ERRORS] = frame[ERRORS], []
    try:
        chosen = condition(frame)
    finally:
        frame[ERRORS] = errors
    return None if type(chosen) is Decimal else []


def _at(value: Value, place: Decimal, frame: Frame, fail: Fail) -> Value:
    """The item at a position, counted from 1, or backwards from -1."""
    if value is None:
        fail(frame, "cannot filter null")
        return None
    items = value if isinstance(value, list) else [value]
    try:
        index = numbers.integer_of(place, "the place in a list")
    except FeelError as error:
        fail(frame, error.message)
        return None
    if index == 0 or abs(index) > len(items):
        count = f"{len(items)} item" if len(items) == 1 else f"{len(items)} items"
        fail(frame, f"there is no item {index} in a list of {count}")
        return None
    return items[index - 1 if index > 0 else index]
