"""Search for texts that crash the engine or take too long: `python -m tests.feel.fuzz --minutes 10`.

Texts are written by the grammar, or spoilt from those of the case files and of the conformance kit. A text that comes
to lines of the engine that none before it came to is kept, and spoilt again. Every fault is printed with its text.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import sys
import time
import tomllib
import traceback
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from html import unescape
from pathlib import Path
from types import FrameType
from typing import Any

from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.feel.builtins import BUILTINS
from dmn_engine.feel.checker import check_expression, check_tests
from dmn_engine.feel.compiler import compile_expression, compile_tests
from dmn_engine.feel.format import format_expression, format_tests
from dmn_engine.feel.parser import parse_expression, parse_unary_tests
from dmn_engine.feel.types import ANY, NUMBER
from dmn_engine.feel.values import format_value

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
KIT = Path(os.environ.get("DMN_TCK", ROOT / ".." / "shared" / "tck"))
ENGINE = str(ROOT / "dmn_engine" / "feel")
NAMES = {"a": ANY, "b": ANY, "a-b": NUMBER, "if any": ANY, "Bob's age": ANY}
PIECES = (
    *"""+ - * / ** . .. , : ; ( ) [ ] { } < <= = != > >= " ' ? @ // /* */ \\ ≥ “ 1 1.5 .5 1e3 0 1e6000 -1 true false
    null if then else for in return some every satisfies and or not between instance of function external item partial
    a b a-b any Bob's list<number> context<a: function<> date sum [1..5] (<5) {} "a" @"2020-01-01" @"P1D"
    @"10:00:00@Europe/Paris" """.split(),  # noqa: SIM905  (a list of quoted words would hide them)
    *(" ", "\n", "\t", "\u00a0", "\ud800", "😀"),
)
MAX_LENGTH = 10_000
MAX_SECONDS = 2.0
MAX_MEGABYTES = 500


def exercise(text: str) -> None:
    """Do everything that the engine can do with a text. No exception is caught, because none may occur."""
    source, variables = Source(text), {"a": None, "b": [Decimal(1)], "a-b": "x"}
    found = Diagnostics()
    node = parse_expression(source, NAMES, found)
    assert node is not None or len(found.items) == 1 or all(item.code == "unknown-name" for item in found.items)
    if node is not None:
        check_expression(node, source, NAMES, found)
        format_expression(node)
        format_value(compile_expression(node, source, NAMES).evaluate(variables, []))
    tests = parse_unary_tests(source, NAMES, found)
    if tests is not None:
        check_tests(tests, NUMBER, source, NAMES, found)
        format_tests(tests)
        compile_tests(tests, source, NAMES).matches(None, variables, [])
    for item in found.items:
        assert item.span is not None and 0 <= item.span.start <= item.span.end <= max(len(text), 1), (text, item)


def list_texts() -> list[str]:
    """The texts of the case files, and of the models of the kit where it is there."""
    texts = [text for file in sorted(CASES.glob("feel/*.toml")) for text in _list_strings(tomllib.loads(_read(file)))]
    for file in sorted(KIT.glob("compliance-level-*/*/*.dmn")):
        texts += map(unescape, re.findall(r"<(?:\w+:)?text>([^<]+)</", _read(file)))
    return sorted(set(texts))


def _read(file: Path) -> str:
    return file.read_text("utf-8", errors="replace")


def _list_strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _list_strings(item)


class Author:
    """A generator of texts: by the grammar, or by changing other texts."""

    def __init__(self, seed: int, corpus: list[str]) -> None:
        self.random = random.Random(seed)
        self.corpus = corpus

    def write(self) -> str:
        """The next text."""
        if self.random.random() < 0.4:
            return self.expression(self.random.randint(1, 5))
        text = self.random.choice(self.corpus)
        for _ in range(self.random.choice((1, 1, 2, 4))):
            text = self.random.choice((self._cut, self._insert, self._repeat, self._splice, self._nest))(text)
        return text[:MAX_LENGTH]

    def _two_places(self, text: str) -> tuple[int, int]:
        start, end = sorted((self.random.randint(0, len(text)), self.random.randint(0, len(text))))
        return start, end

    def _cut(self, text: str) -> str:
        start, end = self._two_places(text)
        return text[:start] + text[min(end, start + 8) :]

    def _insert(self, text: str) -> str:
        place = self.random.randint(0, len(text))
        return text[:place] + self.random.choice(PIECES) + text[place:]

    def _repeat(self, text: str) -> str:
        start, end = self._two_places(text)
        return text[:start] + text[start:end] * self.random.choice((2, 3, 30, 300)) + text[end:]

    def _splice(self, text: str) -> str:
        other = self.random.choice(self.corpus)
        return text[: self._two_places(text)[0]] + other[self._two_places(other)[0] :]

    def _nest(self, text: str) -> str:
        frame = self.random.choice(FRAMES)
        return frame.replace("_", text, frame.count("_"))

    def expression(self, depth: int) -> str:
        """A text of the grammar: well formed, seldom of fitting types."""
        choose = self.random.choice
        if depth == 0:
            return choose(LITERALS)
        if self.random.random() < 0.35:
            name = choose(list(BUILTINS))
            count = max(1, len(choose(BUILTINS[name]).parameters))
            return f"{name}({', '.join(self.expression(depth - 1) for _ in range(count))})"
        frame = choose(FRAMES)
        return re.sub("_", lambda _: self.expression(depth - 1), frame)


LITERALS = (
    *("1", "-1", "0", "2.5", "10**20", "1E6000", "1E-6000", '"a"', '""', '"a1b2"', "true", "false", "null", "[]", "{}"),
    *('@"2020-02-29"', '@"10:00:00Z"', '@"2020-01-01T10:00:00@Europe/Paris"', '@"P1DT1H"', '@"-P1Y2M"', "[1, 2, 3]"),
    *("[1..5]", "(<5)", '(>=@"2020-01-01")', '{a: 1, b: "x"}', "[{a: 1}, {a: 2}]", "a", "b", "a-b", "item", "partial"),
    *("function(a, b) a < b", "function(a) a", "sum", "[1..3000]", '"(a+)+$"', '"[a-z]"', '@"999999999-12-31"'),
)
FRAMES = (
    *("_ + _", "_ - _", "_ * _", "_ / _", "_ ** _", "-_", "_ = _", "_ < _", "_ and _", "_ or _", "(_)", "[_, _]"),
    *("{a: _, b: _}.b", "{a: _, b: [a, a], c: [b, b], r: _}.r", "_[_]", "_.a", "_.start", "_ in _", "_ in (_, < _)"),
    *("if _ then _ else _", "for a in _ return _", "for a in _, b in _ return _", "some a in _ satisfies _"),
    *("every a in _ satisfies _", "_ between _ and _", "[_.._]", "(_.._)", "_ instance of number", "not(_)", "< _"),
    *("(function(a) _)(_)", "{f: function(n) if n = 0 then _ else f(n - 1), r: f(3)}.r", "_ instance of list<Any>"),
    *("function(a: number, b) _", "for a in 1..20 return [partial, _]", "_ // _\n", "_ /* _ */ + _", "_(_)", "?"),
)


class Coverage:
    """The lines of `dmn_engine/feel` that texts execute."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, int]] = set()
        self._new = 0

    def measure(self, run: Callable[[], None]) -> int:
        """How many lines the call came to that none before it did."""
        self._new = 0
        sys.settrace(self._enter)
        try:
            run()
        finally:
            sys.settrace(None)
        return self._new

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self._line if frame.f_code.co_filename.startswith(ENGINE) else None

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        place = frame.f_code.co_filename, frame.f_lineno
        if place not in self.seen:
            self.seen.add(place)
            self._new += 1
        return self._line


def find_error(text: str, run: Callable[[str], None] = exercise) -> str:
    """The problem with the text: an exception, or too much time or memory; empty if there is none."""
    began, used = time.process_time(), _megabytes()
    try:
        run(text)
    except Exception:  # noqa: BLE001  (any exception at all is what is sought)
        return traceback.format_exc(limit=-4)
    taken = time.process_time() - began
    if taken > 2 * MAX_SECONDS:  # read and evaluated as an expression and as tests
        return f"takes {taken:.1f} s"
    more = _megabytes() - used
    return f"takes {more} MB" if more > MAX_MEGABYTES else ""


def _megabytes() -> int:
    """The most memory that this process had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> int:
    """Fuzz for the given minutes; exit code 1 if a text has a problem."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    corpus = list_texts()
    author, coverage = Author(options.seed, corpus), Coverage()
    faults: dict[str, str] = {}
    count = kept = 0
    end = time.monotonic() + options.minutes * 60
    while time.monotonic() < end:
        text = author.write()
        count += 1
        fault = find_error(text)
        if not fault and count % 4 == 0 and len(text) < 500 and coverage.measure(partial(exercise, text)):
            corpus.append(text)
            kept += 1
        if fault and fault not in faults:
            faults[fault] = text
            print(f"\n{fault}\n  {text[:1000]!r}", flush=True)
    print(f"{count} texts, {kept} kept for {len(coverage.seen)} lines, {len(faults)} kinds of faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
