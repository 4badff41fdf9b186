"""Run the folders of the kit and their cases, each with a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dmn_engine.compile.definitions import compile_definitions
from dmn_engine.compile.model_graph import ModelGraph, build_graph
from dmn_engine.conformance.cases import Case, Expected, TestFile, read_test_file
from dmn_engine.conformance.comparison import is_same, show_value
from dmn_engine.diagnostics import Diagnostic, LineRef, Severity, Source
from dmn_engine.evaluate.model_values import evaluate_element, find_element, invoke_element
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.values import Value
from dmn_engine.formats.dmn_xml import read_library

_SHOWN_ERRORS = 3


@dataclass(frozen=True, slots=True)
class TestFolder:
    """A folder of the kit: its compliance level and name, which are folder names."""

    __test__ = False  # not for pytest

    path: Path
    level: str

    @property
    def name(self) -> str:
        """The name in reports: `level/test`."""
        return f"{self.level}/{self.path.name}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one case, or of a file without cases; `detail` is empty only if it passes."""

    file: str
    case: str
    origin: LineRef
    detail: str = ""

    @property
    def passes(self) -> bool:
        return not self.detail


@dataclass(slots=True)
class FolderRun:
    """All cases of a folder, and the errors of its files: an unreadable file has not passed."""

    folder: TestFolder
    verdicts: list[Verdict] = field(default_factory=list)
    errors: list[Diagnostic] = field(default_factory=list)

    @property
    def failures(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if not verdict.passes]

    @property
    def passed(self) -> int:
        return len(self.verdicts) - len(self.failures)


def list_folders(place: Path) -> list[TestFolder]:
    """The folders of tests by level and name; `place` is the kit, its TestCases, a level, or a single test.

    Raises: FileNotFoundError if there is no such folder.
    """
    if not place.is_dir():
        raise FileNotFoundError(f"there is no folder {place}")
    inner = place / "TestCases"
    root = inner if inner.is_dir() else place
    levels = sorted(path for path in root.glob("compliance-level-*") if path.is_dir())
    found = {file.parent for start in levels or [root] for file in start.rglob("*") if file.suffix in (".xml", ".dmn")}
    return [TestFolder(path, path.absolute().parent.name) for path in sorted(found)]


def run_folder(folder: TestFolder, shown: str = "") -> FolderRun:
    """Run every case of a folder; each of its models is read and compiled once. `shown` is its name in messages."""
    run = FolderRun(folder)
    models: dict[Path, ModelGraph | str] = {}
    files = sorted(folder.path.glob("*.xml"))
    for path in files:
        test = read_test_file(path, f"{shown or folder.path}/{path.name}")
        run.errors += test.errors
        errors = [error for error in test.errors if error.severity is Severity.ERROR]
        if errors:
            run.verdicts.append(Verdict(test.name, "", LineRef(test.file), _join(errors)))
        if test.model not in models:
            models[test.model] = _load_model(test.model)
        run.verdicts += _run_cases(test, models[test.model], run.errors)
    if not files:
        message = "the folder has models and no test cases"
        run.errors.append(Diagnostic("no-cases", Severity.ERROR, message, Source("", shown or str(folder.path))))
        run.verdicts.append(Verdict(folder.path.name, "", LineRef(shown or str(folder.path)), message))
    return run


def _load_model(path: Path) -> ModelGraph | str:
    """The model in a file, or the reason why it cannot be read."""
    try:
        library = read_library(path, path.name)
    except OSError as error:
        return f"the model {path.name} cannot be read: {(error.strerror or str(error)).lower()}"
    return build_graph(compile_definitions(library[0], library[1:]))


def _run_cases(test: TestFile, model: ModelGraph | str, errors: list[Diagnostic]) -> Iterator[Verdict]:
    for case in test.cases:
        errors += case.errors
        if case.errors:
            detail = _join(case.errors)
        else:
            detail = model if isinstance(model, str) else run_case(case, model)
        yield Verdict(test.name, case.id, case.origin, detail)


def run_case(case: Case, model: ModelGraph) -> str:
    """The results that are not as expected; empty if the case passes."""
    return "; ".join(filter(None, (_check(case, expected, model) for expected in case.results)))


def _check(case: Case, expected: Expected, model: ModelGraph) -> str:
    errors: list[EvaluationError] = []
    got = _evaluate(case, expected, model, errors)
    if is_same(expected.value, got) and (errors or not expected.is_error):
        return ""
    wanted = show_value(expected.value) + (" for a reason" if expected.is_error else "")
    why = "; ".join(f"{error.message} [{error.source.text.strip()}]" for error in errors[:_SHOWN_ERRORS])
    return f"{expected.name}: wanted {wanted}, got {show_value(got)}" + (f" ({why})" if why else "")


def _evaluate(case: Case, expected: Expected, model: ModelGraph, errors: list[EvaluationError]) -> Value:
    namespace = expected.namespace or case.namespace
    if case.kind == "decision" and not case.invocable:
        value = evaluate_element(model, expected.name, case.inputs, errors, case.elsewhere, namespace)
        return value if find_element(model, expected.name, namespace) else _NO_OUTPUT
    named = {name: value for inputs in case.elsewhere.values() for name, value in inputs.items()}
    arguments = {**named, **case.inputs}
    result = invoke_element(model, case.invocable, arguments, errors, case.namespace)
    if find_element(model, case.invocable, case.namespace) is None:
        return _NO_OUTPUT
    outputs = next(
        (len(item.outputs) for item in model.compiled.definitions.services if item.name == case.invocable), 1
    )
    if outputs < 2 or not isinstance(result, dict) or expected.name == case.invocable:
        return result
    if expected.name not in result:
        place = Source(expected.name, case.origin)
        errors.append(EvaluationError(f"'{case.invocable}' has no output '{expected.name}'", place, place.span))
        return _NO_OUTPUT
    return result[expected.name]


class _Missing:
    """The absence of a value: it is not null, so that no case passes with it."""

    def __repr__(self) -> str:
        return "nothing"


_NO_OUTPUT = _Missing()


def _join(errors: Iterable[Diagnostic]) -> str:
    return "; ".join(f"line {_line_of(error)}: {error.message}" for error in errors)


def _line_of(error: Diagnostic) -> int:
    origin = error.source.origin
    return origin.line if isinstance(origin, LineRef) else 0
