"""Proof of a claim about every possible patient by splitting boxes, or refutation by a patient.

It serves claims that diagrams leave open because a value enters a computation. A box is proved by bounds
(`check.bounds`), and refuted only by a record that was evaluated: the ends of the box, the constants in tables, and
points between them are tried.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from dmn_engine.check.bounds import OPEN, TRUE, Bounds, Span
from dmn_engine.check.box_evaluation import Box, BoxEvaluation, Part, Programs
from dmn_engine.compile.graph import Graph
from dmn_engine.compile.names import open_scope
from dmn_engine.compile.regions import is_finite, list_constants, pick_between
from dmn_engine.diagnostics import Source
from dmn_engine.feel import numbers
from dmn_engine.feel.compiler import compile_expression
from dmn_engine.feel.conversion import is_instance
from dmn_engine.feel.temporal import Date
from dmn_engine.feel.types import NUMBER, Type
from dmn_engine.model.data_dictionary import Field, Value

_MOST_BOXES = 300
_MOST_TRIED = 40  # records of one box
_MOST_EVALUATED = 2000  # records of one claim: what is then open is not proved, however large the graph
_MOST_POINTS = 8  # values of one field in a box
_INFINITY = Decimal("Infinity")

Record = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim about every possible patient: about all records of a box, and about one complete record.

    `refutes` says whether the evaluated record violates the claim.
    """

    bound: Callable[[BoxEvaluation], Bounds]
    refutes: Callable[[Record], bool]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on a claim: `record` refutes it; without one it is proved or not proved."""

    holds: bool
    record: Record | None = None


@dataclass(slots=True)
class Prover:
    """A prover of claims about a graph.

    `complete` returns a possible patient's record with all fields, for a partial record; None if there is none.
    `outcomes` are the bounds of a decision over all records.
    """

    graph: Graph
    complete: Callable[[Mapping[str, Value]], Record | None]
    may_hold_patient: Callable[[Mapping[str, Value]], bool]
    outcomes: Callable[[str], Bounds] = lambda name: OPEN
    _evaluated: int = 0
    _programs: Programs = field(default_factory=dict)
    _constants: dict[str, tuple[Decimal, ...]] = field(default_factory=dict)

    def prove(self, claim: Claim, boxes: Iterable[Box], fields: Iterable[str]) -> Verdict:
        """Prove or refute a claim over these boxes, splitting the parts of `fields`: those that it computes with."""
        names = tuple(fields)
        pending = deque(boxes)
        holds = True
        for _ in range(_MOST_BOXES):
            if not pending:
                return Verdict(holds)
            box = pending.popleft()
            if any(self._is_empty(name, part) for name, part in box.items()):
                continue
            if self.is_bound(claim, box):
                continue
            record = self._refute(claim, box, names)
            if record is not None:
                return Verdict(False, record)
            parts = self._split(box, names)
            if parts:
                pending.extend(parts)
            elif self.may_hold_patient(self._list_given(box)):
                holds = False
        return Verdict(False)

    def is_bound(self, claim: Claim, box: Box) -> bool:
        """Whether bounds alone prove a claim about all records of a box."""
        return claim.bound(BoxEvaluation(self.graph, box, self._programs, self.outcomes)) == TRUE

    def open_box(self, record: Mapping[str, Value], regions: Mapping[str, int]) -> Box:
        """The box of all fields: given ones, those in one region, and the others with all their values."""
        box: dict[str, Part] = {}
        for name, item in self.graph.tables.dictionary.fields.items():
            values = self.graph.regions(name)
            if name in record:
                box[name] = Part((record[name],), is_exact=True)
            elif name in regions:
                box[name] = self._find_part(item, values[regions[name]])
            elif values:
                span = None if None in values else _span_domain(item)
                box[name] = Part(values, span, is_finite(item))
        return box

    # records of a box

    def _refute(self, claim: Claim, box: Box, names: tuple[str, ...]) -> Record | None:
        tried: set[str] = set()
        for chosen in itertools.islice(self._list_records(box, names), _MOST_TRIED):
            record = self.complete(self._list_given(box) | chosen)
            if record is None or repr(record) in tried:
                continue
            if self._evaluated == _MOST_EVALUATED:
                return None
            self._evaluated += 1
            tried.add(repr(record))
            if claim.refutes(record):
                return record
        return None

    def _list_given(self, box: Box) -> Record:
        """The values of the fields that are restricted to one region."""
        given: Record = {}
        for name, part in box.items():
            if len(part.regions) == 1:
                points = [] if part.span is None else self._list_points(name, part)
                given[name] = points[-1] if points else part.regions[0]
        return given

    def _is_empty(self, name: str, part: Part) -> bool:
        """Whether a range of whole numbers is empty."""
        integer = self.graph.tables.dictionary.fields[name].domain.integer
        return integer and part.span is not None and not self._list_points(name, part)

    def _list_records(self, box: Box, names: tuple[str, ...]) -> Iterator[Record]:
        """The ends, constants and middles of the fields that count, first together and then in all combinations."""
        points = {name: found for name in names if name in box and (found := self._list_points(name, box[name]))}
        for place in range(max(map(len, points.values()), default=0)):
            yield {name: values[min(place, len(values) - 1)] for name, values in points.items()}
        for chosen in itertools.product(*points.values()):
            yield dict(zip(points, chosen, strict=True))

    def _list_points(self, name: str, part: Part) -> list[Value]:
        """Values to try: the ends, a middle, and constants in tables, if they are in the part."""
        span, item = part.span, self.graph.tables.dictionary.fields[name]
        if part.is_exact:
            return list(part.regions[:_MOST_POINTS])
        if span is None:
            found = [*part.regions[:_MOST_POINTS], *self._list_written(item.type)]
            return [value for value in found if self._is_in(name, part, value)]
        middle = _pick(span, integer=item.domain.integer)
        inner = (*self._list_constants(name), *self._list_written(NUMBER))
        numbers = [value for value in inner if isinstance(value, Decimal) and span.holds(value)][:_MOST_POINTS]
        every = (*_list_ends(span), *numbers, *(() if middle is None else (middle,)))
        return [value for value in every if not item.domain.integer or value == value.to_integral_value()]

    def _is_in(self, name: str, part: Part, value: Value) -> bool:
        regions = self.graph.regions(name)
        place = self.graph.locate(name, value)
        return place is not None and regions[place] in part.regions

    def _list_written(self, type_: Type) -> list[Value]:
        """The constants of this type that tables and conditions write anywhere, days with their neighbours."""
        found = [value for value in self.graph.constants if is_instance(value, type_)]
        days = [value for value in found if isinstance(value, Date)]
        return [*found, *(day.add_days(step) for day in days for step in (-1, 1, -365, 365))]

    def _list_constants(self, name: str) -> tuple[Decimal, ...]:
        """The numbers that conditions compare a field with, and the constants in expressions that read it."""
        known = self._constants.get(name)
        if known is None:
            known = self._constants[name] = tuple(self._find_constants(name))
        return known

    def _find_constants(self, name: str) -> Iterable[Decimal]:
        found: dict[Decimal, None] = dict.fromkeys(self.graph.list_cuts(name))
        for node in self.graph.list_readers(name):
            found.update(dict.fromkeys(value for value in list_constants(node) if isinstance(value, Decimal)))
        found.update(dict.fromkeys(self._list_crossings(name)))
        return found

    def _list_crossings(self, name: str) -> Iterator[Decimal]:
        """Where formulas of this field alone, if they are straight lines, reach the numbers they are compared with."""
        whole = _span_domain(self.graph.tables.dictionary.fields[name])
        if whole is None or not whole.is_bounded or whole.low == whole.high:
            return
        for node, constants in self.graph.list_compared(name):
            program = compile_expression(node, Source(""), open_scope([name]))
            start, end = (program.evaluate({name: value}, []) for value in (whole.low, whole.high))
            if isinstance(start, Decimal) and isinstance(end, Decimal) and start != end:
                for constant in constants:
                    share = (constant - start) / (end - start)
                    if 0 < share < 1:
                        yield numbers.normalise(whole.low + share * (whole.high - whole.low))

    # smaller boxes

    def _split(self, box: Box, names: tuple[str, ...]) -> list[Box]:
        """The box split by the field with the most regions, else the widest range; empty if it cannot be split."""
        parts = {name: box[name] for name in names if name in box}
        name = max(parts, key=lambda each: len(parts[each].regions), default="")
        if name and len(parts[name].regions) > 1:
            item = self.graph.tables.dictionary.fields[name]
            return [{**box, name: self._find_part(item, value)} for value in parts[name].regions]
        widths = {name: _measure(part.span) for name, part in parts.items() if part.span is not None}
        name = max(widths, key=widths.__getitem__, default="")
        return [{**box, name: part} for part in self._halve(name, box[name])] if name else []

    def _find_part(self, item: Field, value: Value) -> Part:
        """The part that consists of one region."""
        cuts = self.graph.list_cuts(item.name)
        whole = _span_domain(item)
        if value is None or value in cuts or is_finite(item):
            return Part((value,), is_exact=True)
        if whole is None or not isinstance(value, Decimal):
            return Part((value,))
        low = max((cut for cut in cuts if cut < value), default=-_INFINITY)
        high = min((cut for cut in cuts if cut > value), default=_INFINITY)
        low_closed, high_closed = low < whole.low and whole.low_closed, high > whole.high and whole.high_closed
        span = Span(max(low, whole.low), min(high, whole.high), low_closed, high_closed, whole.whole)
        return Part((value,), span)

    def _halve(self, name: str, part: Part) -> Iterator[Part]:
        """The range below a point, the point, and the range above it; a constant comes before the middle."""
        span = part.span
        assert span is not None
        integer = self.graph.tables.dictionary.fields[name].domain.integer
        inner = [value for value in self._list_constants(name) if span.low < value < span.high]
        point = inner[0] if inner else _pick(span, integer=integer)
        if point is None:
            yield from (Part((end,), is_exact=True) for end in _list_ends(span))
            return
        yield Part(part.regions, Span(span.low, point, span.low_closed, False, span.whole))
        if not integer or point == point.to_integral_value():
            yield Part((point,), is_exact=True)
        yield Part(part.regions, Span(point, span.high, False, span.high_closed, span.whole))


def _list_ends(span: Span) -> list[Decimal]:
    ends = ((span.low, span.low_closed), (span.high, span.high_closed))
    return [end for end, closed in ends if closed and end.is_finite()]


def _pick(span: Span, *, integer: bool) -> Decimal | None:
    """A number strictly inside the range."""
    low = span.low if span.low.is_finite() else None
    high = span.high if span.high.is_finite() else None
    return pick_between(low, high, integer=integer)


def _span_domain(item: Field) -> Span | None:
    domain = item.domain
    if item.type != NUMBER or domain.values is not None:
        return None
    return Span(
        -_INFINITY if domain.low is None else domain.low,
        _INFINITY if domain.high is None else domain.high,
        domain.low is not None and domain.low_closed,
        domain.high is not None and domain.high_closed,
        domain.integer,
    )


def _measure(span: Span) -> Decimal:
    """The width of a range relative to the size of its numbers, to compare the ranges of several fields."""
    if not span.is_bounded:
        return _INFINITY
    return (span.high - span.low) / max(abs(span.low), abs(span.high), Decimal(1))
