"""What compiled FEEL runs on: frames of slots, the bounds of a run, and the places of names. Knows no kind of node."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dmn_engine.diagnostics import Source, Span
from dmn_engine.feel.checker.inference import Inference
from dmn_engine.feel.errors import Cause
from dmn_engine.feel.scope import Scope
from dmn_engine.feel.syntax import Node, children
from dmn_engine.feel.types import Type
from dmn_engine.feel.values import Value

Frame = list[Any]
"""The variables, the causes, the run, the tested value, and a slot for each local name of the program."""

VARIABLES, CAUSES, RUN, INPUT = range(4)

Code = Callable[[Frame], Value]
Fail = Callable[[Frame, str], None]
"""Appends the cause that an operation has no value; null takes its place."""

MAX_STEPS = 1_000_000
"""How many rounds of loops, calls of functions, and items of lists that these give, one evaluation may take."""

_STEPS_OF_A_CALL = 4

MAX_WEIGHT = 600
"""How deep calls of functions may nest: the depths of the trees of their bodies, added up."""


class Exhausted(Exception):
    """A run went past its bounds; its value is null."""


@dataclass(slots=True)
class Run:
    """One evaluation, with all evaluations that it calls: what it may still do, and where its causes go now."""

    causes: list[Cause]
    steps: int = MAX_STEPS
    weight: int = MAX_WEIGHT

    def spend(self, steps: int) -> None:
        """Raises: Exhausted if that is more than may still be done."""
        self.steps -= steps
        if self.steps < 0:
            raise Exhausted(f"this takes more than {MAX_STEPS:,} steps")


class _Current(threading.local):
    run: Run | None = None


_current = _Current()


def run_bounded(code: Code, frame: Frame) -> Value:
    """The value of code that loops or calls functions, as a part of the run under way or as a new one.

    Raises: Exhausted.
    """
    outer = _current.run
    run = _current.run = frame[RUN] = Run(frame[CAUSES]) if outer is None else outer
    causes, run.causes = run.causes, frame[CAUSES]
    try:
        return code(frame)
    finally:
        run.causes = causes
        _current.run = outer


def spend(steps: int) -> None:
    """Take the steps of the run under way, if there is one. Raises: Exhausted if they are more than it may still do."""
    if _current.run is not None:
        _current.run.spend(steps)


def is_within_a_run() -> bool:
    """Whether an evaluation is under way in this thread that this one is a part of."""
    return _current.run is not None


def run_call(body: Code, weight: int, frame: Frame) -> Value:
    """The value of a function's body in a frame of its own, within the current run.

    Raises: Exhausted if calls nest too deep.
    """
    run = frame[RUN] = _current.run
    assert run is not None
    frame[CAUSES] = run.causes
    if run.weight < weight:
        raise Exhausted("calls of functions nest too deep")
    run.weight -= weight
    try:
        value = body(frame)
    finally:
        run.weight += weight
    run.spend(_STEPS_OF_A_CALL + (len(value) if isinstance(value, list) else 0))
    return value


@dataclass(frozen=True, slots=True)
class Local:
    """A name whose value is in a slot."""

    slot: int


@dataclass(frozen=True, slots=True)
class Member:
    """A name that is a member of the item in a slot."""

    slot: int


@dataclass(frozen=True, slots=True)
class Level:
    """The names that a clause binds, over those around it.

    `open_slot` is that of an item whose members are not known: at run time they come before the names around.
    """

    places: Mapping[str, Local | Member] = field(default_factory=dict)
    parent: Level | None = None
    open_slot: int | None = None


class Build(ABC):
    """The program under construction, as the modules that compile its parts see it."""

    def __init__(self, source: Source, names: Mapping[str, Type], types: Mapping[str, Type], outer: Scope) -> None:
        self.source = source
        self.types = types
        self.scope = Scope(names, outer)
        self.inference = Inference(types)
        self._size = INPUT + 1
        self._constants: dict[int, tuple[Code, Value]] = {}

    @abstractmethod
    def compile(self, node: Any, level: Level) -> Code:
        """The code of an expression."""

    def new_slot(self) -> int:
        """A slot that nothing else uses."""
        self._size += 1
        return self._size - 1

    def blank_slots(self) -> Frame:
        """The part of a new frame that holds local values."""
        return [None] * (self._size - INPUT - 1)

    def constant(self, value: Value) -> Code:
        """Code that gives the value."""

        def give(frame: Frame) -> Value:
            return value

        self._constants[id(give)] = (give, value)
        return give

    def is_constant(self, *codes: Code | None) -> bool:
        """Whether all of the codes that are there give constants."""
        return all(code is None or id(code) in self._constants for code in codes)

    def fail(self, span: Span) -> Fail:
        """What to do where the part of the text at the span has no value."""
        source = self.source

        def fail(frame: Frame, message: str) -> None:
            frame[CAUSES].append(Cause(message, source, span))

        return fail

    def fold(self, code: Code, operands: Sequence[Code | None]) -> Code:
        """The code, or the constant that it gives where its operands are constants and it does not fail."""
        if not self.is_constant(*operands):
            return code
        causes: list[Cause] = []
        value = code([{}, causes, None, None])
        return code if causes else self.constant(value)


def depth_of(node: Node) -> int:
    """How deep the tree is."""
    return 1 + max(map(depth_of, children(node)), default=0)
