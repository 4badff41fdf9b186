"""The runtime of compiled FEEL: frames with slots for local names, bounded runs, and the lookup of names."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from dmn_engine.diagnostics import Source, Span
from dmn_engine.feel.budget import STEPS_OF_AN_ERROR, Exhausted, Run, current_run, enter, spend
from dmn_engine.feel.builtins import BUILTIN_NAMES
from dmn_engine.feel.checker.inference import Inference
from dmn_engine.feel.errors import EvaluationError, FeelError
from dmn_engine.feel.scope import Scope
from dmn_engine.feel.syntax import Node, children, walk
from dmn_engine.feel.types import Type
from dmn_engine.feel.values import Range, Value, check_size

Frame = list[Any]
"""The variables, the errors so far, the run, the tested value, and a slot for each local name of the program."""

VARIABLES, ERRORS, RUN, INPUT = range(4)

Code = Callable[[Frame], Value]
Fail = Callable[[Frame, str], None]
"""A function that appends the error of an operation, whose value is then null."""
T = TypeVar("T")


class Attempt(Protocol):
    """A function that gives the value of an operation, or null with its error appended."""

    def __call__(self, frame: Frame, operation: Callable[..., T], *operands: Any) -> T | None: ...


_STEPS_OF_A_CALL = 4


def run_bounded(code: Code, frame: Frame) -> Value:
    """The value of code that loops or calls functions, within the current run or a new one.

    Raises: Exhausted, also if the result of a whole run is too large to use.
    """
    outer = current_run()
    run = frame[RUN] = Run(frame[ERRORS]) if outer is None else outer
    enter(run)
    errors, run.errors = run.errors, frame[ERRORS]
    try:
        value = code(frame)
    finally:
        run.errors = errors
        enter(outer)
    if outer is None and isinstance(value, list | dict | Range):
        check_size(value)
    return value


def run_call(body: Code, weight: int, frame: Frame, steps: int = 1) -> Value:
    """The value of a function's body in its own frame, within the current run.

    Raises: Exhausted if the steps exceed the budget or calls nest too deep.
    """
    run = frame[RUN] = current_run()
    assert run is not None
    frame[ERRORS] = run.errors
    if run.weight < weight:
        raise Exhausted("calls of functions nest too deep")
    run.weight -= weight
    try:
        value = body(frame)
    finally:
        run.weight += weight
    run.spend(_STEPS_OF_A_CALL + steps + (len(value) if isinstance(value, list) else 0))
    return value


@dataclass(frozen=True, slots=True)
class Local:
    """A local name, with the slot of its value."""

    slot: int


@dataclass(frozen=True, slots=True)
class Member:
    """A name of a member, with the slot of its item."""

    slot: int


@dataclass(frozen=True, slots=True)
class Level:
    """The names that a clause binds; the enclosing level has those around it.

    `open_slot` is the slot of an item with unknown members: at run time they hide the names of enclosing levels.
    """

    places: Mapping[str, Local | Member] = field(default_factory=dict)
    parent: Level | None = None
    open_slot: int | None = None


class Build(ABC):
    """The program under construction, shared by the modules that compile its parts."""

    def __init__(self, source: Source, names: Mapping[str, Type], types: Mapping[str, Type]) -> None:
        self.source = source
        self.types = types
        self.scope = Scope(names, BUILTIN_NAMES)
        self.is_bounded = False
        self.inference = Inference(types)
        self._size = INPUT + 1
        self._constants: dict[int, tuple[Code, Value]] = {}

    @abstractmethod
    def compile(self, node: Any, level: Level) -> Code:
        """The code of an expression."""

    def new_slot(self) -> int:
        """A new slot."""
        self._size += 1
        return self._size - 1

    def blank_slots(self) -> Frame:
        """The empty slots of a new frame."""
        return [None] * (self._size - INPUT - 1)

    def constant(self, value: Value) -> Code:
        """Code that returns a constant."""

        def give(frame: Frame) -> Value:
            return value

        self._constants[id(give)] = (give, value)
        return give

    def is_constant(self, *codes: Code | None) -> bool:
        """Whether each of the codes (None is skipped) returns a constant."""
        return all(code is None or id(code) in self._constants for code in codes)

    def fail(self, span: Span) -> Fail:
        """The function that records an error of the part of the text at the span."""
        source = self.source

        def fail(frame: Frame, message: str) -> None:
            spend(STEPS_OF_AN_ERROR)
            frame[ERRORS].append(EvaluationError(message, source, span))

        return fail

    def attempt(self, span: Span) -> Attempt:
        """The function that runs an operation, and records its error as one of the text at the span."""
        fail = self.fail(span)

        def attempt(frame: Frame, operation: Callable[..., T], *operands: Any) -> T | None:
            try:
                return operation(*operands)
            except FeelError as error:
                fail(frame, error.message)
                return None

        return attempt

    def fold(self, code: Code, operands: Sequence[Code | None]) -> Code:
        """The code, or the constant that it returns if its operands are constants and it does not fail."""
        if not self.is_constant(*operands):
            return code
        errors: list[EvaluationError] = []
        value = code([{}, errors, None, None])
        return code if errors else self.constant(value)


def depth_of(node: Node) -> int:
    """The depth of the tree."""
    return 1 + max(map(depth_of, children(node)), default=0)


def steps_of(node: Node) -> int:
    """The steps to evaluate the tree once, without its loops and calls: half a step for each node."""
    return 1 + sum(1 for _ in walk(node)) // 2
