"""Tries mutants in forks of one process that has collected the tests, so that none pays for imports and collection.

A fork gives the mutated function its new code and runs the tests that reach the function, quick ones first. What runs
while modules are imported cannot be changed afterwards: such mutants are left to a new process.
"""

from __future__ import annotations

import ast
import gc
import importlib
import json
import os
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest

from tests.mutation.hooked import find_source, use_quick_laws
from tests.mutation.operators import Mutant

NOT_REPLACED = 2
"""How a fork ends where the changed code does not fit the function that is there."""

Function = tuple[str, str]
"""The file of a function and its qualified name."""


class Trials:
    """The plugin that takes the place of the test loop: `alive` has the mutants that no test noticed, `others` those
    that need a new process.
    """

    def __init__(self, mutants: list[Mutant], workers: int, limit: float) -> None:
        self.mutants = mutants
        self.workers = workers
        self.limit = limit
        self.files = {str(find_source(mutant.module).resolve()) for mutant in mutants}
        self.imported: set[Function] = set()
        self.alive: list[str] = []
        self.others: list[str] = []
        self.failed = False

    def pytest_sessionstart(self) -> None:
        _record(self.files, self.imported)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        sys.setprofile(None)
        reached = self._run_unchanged(session)
        if not self.failed:
            self._try_all(session, reached)
        return True

    def _run_unchanged(self, session: pytest.Session) -> dict[Function, list[pytest.Item]]:
        """Run all tests once: which functions does each reach? Leaves the items in the order of their duration."""
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / "reached.json"
            if (child := os.fork()) == 0:
                _leave(_measure, session, self.files, file)
            self.failed = os.waitpid(child, 0)[1] != 0
            if self.failed:
                return {}
            measured = {name: (seconds, calls) for name, seconds, calls in json.loads(file.read_text())}
        session.items.sort(key=lambda item: measured[item.nodeid][0])
        reached: dict[Function, list[pytest.Item]] = defaultdict(list)
        for item in session.items:
            for path, name in measured[item.nodeid][1]:
                reached[path, name].append(item)
        return reached

    def _try_all(self, session: pytest.Session, reached: dict[Function, list[pytest.Item]]) -> None:
        for module in {mutant.module for mutant in self.mutants}:
            importlib.import_module(module)  # a module that only a test imports would be imported without the change
        functions = _find_functions(self.files)
        running: dict[int, tuple[Mutant, float]] = {}
        for mutant in self.mutants:
            path = str(find_source(mutant.module).resolve())
            name = find_function(mutant)
            items = reached.get((path, name), []) if name else []
            if not items:
                self._pass(mutant)
                continue
            while len(running) >= self.workers:
                self._collect(running)
            if (child := os.fork()) == 0:
                session.items = items
                _leave(_try_one, session, mutant, functions[path])
            running[child] = mutant, time.monotonic() + self.limit
        while running:
            self._collect(running)

    def _pass(self, mutant: Mutant) -> None:
        """Note that no test of a fork noticed the mutant; final only where nothing of it runs on import."""
        name = find_function(mutant)
        runs_on_import = not name or (str(find_source(mutant.module).resolve()), name) in self.imported
        (self.others if runs_on_import else self.alive).append(mutant.id)

    def _collect(self, running: dict[int, tuple[Mutant, float]]) -> None:
        """Take the verdict of a fork that ended, end those that take too long."""
        for child, (mutant, deadline) in list(running.items()):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                del running[child]
                if status == 0:
                    self._pass(mutant)
                elif os.waitstatus_to_exitcode(status) == NOT_REPLACED:
                    self.others.append(mutant.id)
            elif time.monotonic() > deadline:
                os.kill(child, signal.SIGKILL)
        time.sleep(0.02)


def _leave(run: Any, session: pytest.Session, *arguments: Any) -> None:
    """End the fork: with 0 if all tests pass, else with 1."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    passed = False
    try:
        run(session, *arguments)
        passed = not session.testsfailed
    finally:
        os._exit(0 if passed else 1)


def _measure(session: pytest.Session, files: set[str], file: Path) -> None:
    found: list[tuple[str, float, list[Function]]] = []
    for index, item in enumerate(session.items):
        following = session.items[index + 1] if index + 1 < len(session.items) else None
        calls: set[Function] = set()
        started = time.monotonic()
        _record(files, calls)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        sys.setprofile(None)
        found.append((item.nodeid, time.monotonic() - started, sorted(calls)))
    file.write_text(json.dumps(found))


def _record(files: set[str], calls: set[Function]) -> None:
    def profile(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_filename in files:
            calls.add((frame.f_code.co_filename, _outermost(frame.f_code.co_qualname)))

    sys.setprofile(profile)


def _outermost(name: str) -> str:
    return name.split(".<locals>")[0]


def _try_one(session: pytest.Session, mutant: Mutant, functions: list[FunctionType]) -> None:
    path = find_source(mutant.module)
    changed = compile(mutant.apply(path.read_text()), str(path.resolve()), "exec")
    codes = {_name_code(code): code for code in _walk_codes(changed)}
    for function in functions:
        code = codes.get(_name_code(function.__code__))
        if code is None or len(code.co_freevars) != len(function.__code__.co_freevars):
            os._exit(NOT_REPLACED)
        function.__code__ = code
    for index, item in enumerate(session.items):
        following = session.items[index + 1] if index + 1 < len(session.items) else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return


def _name_code(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _walk_codes(code: CodeType) -> Iterator[CodeType]:
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield part
            yield from _walk_codes(part)


def _find_functions(files: set[str]) -> dict[str, list[FunctionType]]:
    """The functions of each file, closures and lambdas among them."""
    found: dict[str, list[FunctionType]] = defaultdict(list)
    for item in gc.get_objects():
        if isinstance(item, FunctionType) and item.__code__.co_filename in files:
            found[item.__code__.co_filename].append(item)
    return found


def find_function(mutant: Mutant) -> str:
    """The outermost function that has the mutant in its body; "" where it runs on import."""

    def search(nodes: list[ast.stmt], prefix: str) -> str:
        for node in nodes:
            if isinstance(node, ast.ClassDef):
                if name := search(node.body, f"{prefix}{node.name}."):
                    return name
            elif (
                isinstance(node, ast.FunctionDef)
                and node.body[0].lineno <= mutant.line <= (node.end_lineno or 0)
                and mutant.line > max(part.lineno for part in (node, *ast.walk(node.args)) if hasattr(part, "lineno"))
            ):
                return prefix + node.name
        return ""

    return search(ast.parse(find_source(mutant.module).read_text()).body, "")


def try_mutants(
    mutants: list[Mutant], tests: tuple[str, ...], workers: int, limit: float
) -> tuple[list[str], list[str]]:
    """The mutants that no test notices, and those that only a new process can try. Ends where the tests fail."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.close(reading)
        with tempfile.TemporaryDirectory() as scratch:
            os.environ |= {"PYTEST_DEBUG_TEMPROOT": scratch, "HYPOTHESIS_STORAGE_DIRECTORY": f"{scratch}/hypothesis"}
            use_quick_laws()
            trials = Trials(mutants, workers, limit)
            arguments = [
                "-o",
                "addopts=--import-mode=importlib",
                "-p",
                "no:terminal",
                "-p",
                "no:cacheprovider",
                "--hypothesis-seed=0",
                "-W",
                "ignore",
                *tests,
            ]
            code = pytest.main(arguments, plugins=[trials])
        with os.fdopen(writing, "w") as stream:
            json.dump([trials.alive, trials.others, trials.failed or code not in (0, 5)], stream)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        answer = stream.read()
    os.waitpid(child, 0)
    alive, others, failed = json.loads(answer)
    if failed:
        raise SystemExit("the tests fail without any mutant")
    return alive, others
