"""Arrange boxes in rows without overlap, each above the boxes that it requires, and draw the lines between them.

The layered drawing of graphs (Sugiyama, Tagawa, Toda 1981): rank, order the rows to cross fewer lines, then shift the
boxes of each row towards those that they are joined to. The same input always gives the same drawing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dmn_engine.model.diagram import Bounds, Point

_MARGIN = 40.0
_GAP = 40.0
_ROW_GAP = 60.0
_BEND = 10.0
_SWEEPS = 8
_LEAST_WIDE = 8
_MOST_BENDS = 20_000
"""Past this many bends the lines are straight: there is no reading such a drawing anyway."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box to draw. `zone` is its part of the row, from the left; `floor` is the lowest row that it may be in.

    A `loose` box goes up to just below the boxes that need it.
    """

    width: float
    height: float
    zone: int = 1
    floor: int = 0
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The positions of the boxes and lines, in the order in which they were given."""

    boxes: tuple[Bounds, ...]
    lines: tuple[tuple[Point, ...], ...]


def arrange(boxes: Sequence[Box], lines: Sequence[tuple[int, int]]) -> Arrangement:
    """A drawing of the boxes; each line goes from a box up to one that needs it, both by place in `boxes`."""
    ranks = _rank(boxes, lines)
    rows = _split_rows(boxes, ranks)
    drawing = _Drawing(boxes, rows)
    for source, target in lines:
        drawing.add_line(source, target)
    drawing.order()
    drawing.place()
    bounds = drawing.bounds()
    return Arrangement(bounds[: len(boxes)], tuple(drawing.draw_line(line, bounds) for line in drawing.lines))


def _rank(boxes: Sequence[Box], lines: Sequence[tuple[int, int]]) -> list[int]:
    """The row of each box from the bottom: above all that it needs. A line that closes a circle does not count."""
    needs: list[list[int]] = [[] for _ in boxes]
    for source, target in lines:
        needs[target].append(source)
    order = _sort(needs)
    place = {box: index for index, box in enumerate(order)}
    ranks = [box.floor for box in boxes]
    above: list[list[int]] = [[] for _ in boxes]
    for at in order:
        for below in needs[at]:
            if place[below] < place[at]:
                ranks[at] = max(ranks[at], ranks[below] + 1)
                above[below].append(at)
    for at in reversed(order):
        if boxes[at].loose and above[at]:
            ranks[at] = max(ranks[at], min(ranks[target] for target in above[at]) - 1)
    return ranks


def _sort(needs: Sequence[Sequence[int]]) -> list[int]:
    """All boxes, each after what it needs unless that needs it in turn."""
    order: list[int] = []
    is_seen = [False] * len(needs)
    for start in range(len(needs)):
        pending = [(start, False)]
        while pending:
            at, is_done = pending.pop()
            if is_done:
                order.append(at)
            elif not is_seen[at]:
                is_seen[at] = True
                pending.append((at, True))
                pending.extend((below, False) for below in reversed(needs[at]) if not is_seen[below])
    return order


def _split_rows(boxes: Sequence[Box], ranks: Sequence[int]) -> list[list[int]]:
    """The boxes by row from the bottom; a row that would be far wider than the drawing is high becomes several."""
    widest = max(_LEAST_WIDE, math.isqrt(len(boxes)))
    rows: list[list[int]] = []
    for rank in sorted(set(ranks)):
        row = sorted((at for at, found in enumerate(ranks) if found == rank), key=lambda at: (boxes[at].zone, at))
        rows.extend(row[start : start + widest] for start in range(0, len(row), widest))
    return rows


class _Drawing:
    """Boxes and bends of lines in rows. A bend is a narrow box where a line passes a row."""

    def __init__(self, boxes: Sequence[Box], rows: list[list[int]]) -> None:
        self.boxes = list(boxes)
        self.rows = rows
        self.row_of = {box: number for number, row in enumerate(rows) for box in row}
        self.lines: list[list[int]] = []
        self.bends: dict[tuple[int, int], int] = {}
        self.joined: list[list[int]] = [[] for _ in boxes]
        self.middles: list[float] = []

    def add_line(self, source: int, target: int) -> None:
        """A line, with a bend in each row between its ends. One that does not go up joins nothing to its row."""
        line = [source]
        passed = range(self.row_of[source] + 1, self.row_of[target])
        if len(self.boxes) + len(passed) < _MOST_BENDS:
            line.extend(self._bend(source, number) for number in passed)
        line.append(target)
        self.lines.append(line)
        if self.row_of[source] < self.row_of[target]:
            for low, high in pairwise(line):
                if high not in self.joined[low]:
                    self.joined[low].append(high)
                    self.joined[high].append(low)

    def _bend(self, source: int, number: int) -> int:
        """Where the lines of a box pass a row: in one place, as the branches of one trunk."""
        if (source, number) not in self.bends:
            bend = len(self.boxes)
            self.boxes.append(Box(_BEND, 0.0, self.boxes[source].zone))
            self.joined.append([])
            self.row_of[bend] = number
            self.rows[number].append(bend)
            self.bends[source, number] = bend
        return self.bends[source, number]

    def order(self) -> None:
        """Sort each row by where the boxes stand that its own are joined to, upwards and downwards in turn."""
        for sweep in range(_SWEEPS):
            numbers = range(len(self.rows)) if sweep % 2 == 0 else reversed(range(len(self.rows)))
            for number in numbers:
                self._order_row(number, number - 1 if sweep % 2 == 0 else number + 1)

    def _order_row(self, number: int, other: int) -> None:
        if not 0 <= other < len(self.rows):
            return
        scale = len(self.rows[number]) / max(1, len(self.rows[other]))
        places = {box: place * scale for place, box in enumerate(self.rows[other])}
        keys = {}
        for place, box in enumerate(self.rows[number]):
            found = [places[near] for near in self.joined[box] if near in places]
            keys[box] = (self.boxes[box].zone, sum(found) / len(found) if found else float(place), place)
        self.rows[number].sort(key=keys.__getitem__)

    def place(self) -> None:
        """The middle of each box: as near to those it is joined to as the others of its row let it."""
        self.middles = [0.0] * len(self.boxes)
        for row in self.rows:
            self._place_row(row, [0.0] * len(row))
        for sweep in range(_SWEEPS):
            for row in self.rows if sweep % 2 == 0 else reversed(self.rows):
                self._place_row(row, [self._pull(box) for box in row])

    def _pull(self, box: int) -> float:
        near = self.joined[box]
        return sum(self.middles[other] for other in near) / len(near) if near else self.middles[box]

    def _place_row(self, row: list[int], wanted: list[float]) -> None:
        steps = [self._step(left, right) for left, right in pairwise(row)]
        for box, middle in zip(row, _spread(wanted, steps), strict=True):
            self.middles[box] = middle

    def _step(self, left: int, right: int) -> float:
        """How far apart two neighbours' middles are at least; lines may run closer than boxes stand."""
        gap = _GAP if self.boxes[left].height and self.boxes[right].height else _GAP / 2
        return (self.boxes[left].width + self.boxes[right].width) / 2 + gap

    def bounds(self) -> tuple[Bounds, ...]:
        """Where all boxes and bends are, from the upper left margin, in whole units."""
        left = min((self.middles[at] - box.width / 2 for at, box in enumerate(self.boxes)), default=0.0)
        found: dict[int, Bounds] = {}
        top = _MARGIN
        for row in reversed(self.rows):
            height = max(self.boxes[box].height for box in row)
            for at in row:
                box = self.boxes[at]
                x = round(self.middles[at] - box.width / 2 - left + _MARGIN)
                tall = box.height or height
                found[at] = Bounds(float(x), top + (height - tall) // 2, box.width, tall)
            top += height + _ROW_GAP
        return tuple(found[at] for at in range(len(self.boxes)))

    def draw_line(self, line: list[int], bounds: Sequence[Bounds]) -> tuple[Point, ...]:
        """The points of a line: from the top of its first box, by its bends, to the bottom of its last one."""
        first, last = bounds[line[0]], bounds[line[-1]]
        if self.row_of[line[0]] >= self.row_of[line[-1]]:
            return _join_sides(first, last)
        points = [Point(first.x + first.width / 2, first.y)]
        for bend in line[1:-1]:
            x = bounds[bend].x + bounds[bend].width / 2
            points += [Point(x, bounds[bend].y + bounds[bend].height), Point(x, bounds[bend].y)]
        return (*points, Point(last.x + last.width / 2, last.y + last.height))


def _join_sides(first: Bounds, last: Bounds) -> tuple[Point, ...]:
    """A line that does not go up: out of the right side of its first box, and down into the top of its last one."""
    side = first.x + first.width
    return (
        Point(side, first.y + first.height / 2),
        Point(side + _GAP / 4, first.y + first.height / 2),
        Point(side + _GAP / 4, last.y - _ROW_GAP / 4),
        Point(last.x + last.width / 2, last.y - _ROW_GAP / 4),
        Point(last.x + last.width / 2, last.y),
    )


def _spread(wanted: Sequence[float], steps: Sequence[float]) -> list[float]:
    """The places nearest to the wanted ones (least squares) at least `steps` apart, in order.

    Without the steps this is isotonic regression: neighbours in the wrong order are pooled at their mean.
    """
    offsets = [0.0]
    for step in steps:
        offsets.append(offsets[-1] + step)
    pools: list[tuple[float, int]] = []
    for place, offset in zip(wanted, offsets, strict=True):
        total, count = place - offset, 1
        while pools and pools[-1][0] / pools[-1][1] >= total / count:
            before = pools.pop()
            total, count = total + before[0], count + before[1]
        pools.append((total, count))
    level = [total / count for total, count in pools for _ in range(count)]
    return [place + offset for place, offset in zip(level, offsets, strict=True)]
