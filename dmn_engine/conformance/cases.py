"""Read files of test cases (testCases.xsd): inputs and expected values, with every error by its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from dmn_engine.diagnostics import Diagnostic, Diagnostics, LineRef, Source, nearest
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time
from dmn_engine.feel.values import Value
from dmn_engine.formats.dmn_xml.document import ModelElement, parse_tree

KINDS = ("decision", "bkm", "decisionService")
"""The kinds of cases: evaluation of decisions, or a call of a business knowledge model or decision service."""

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_NUMBERS = ("decimal", "double", "float", "integer", "int", "long", "short", "byte")
_DURATIONS = ("duration", "dayTimeDuration", "yearMonthDuration")
_TYPES = (*_NUMBERS, "boolean", "string", "date", "time", "dateTime", *_DURATIONS)


@dataclass(frozen=True, slots=True)
class Expected:
    """The expectation of one result node; `namespace` is that of the named element's model, empty for the case's own.

    `is_error`: the value is null (or `value`), and there is a reason for it.
    """

    name: str
    value: Value
    is_error: bool = False
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One test case. `elsewhere` are the inputs of other models, by namespace; `origin` is its line.

    `errors` are the reasons why it cannot be run; it then fails.
    """

    id: str
    kind: str
    invocable: str
    namespace: str
    inputs: Mapping[str, Value]
    elsewhere: Mapping[str, Mapping[str, Value]]
    results: tuple[Expected, ...]
    origin: LineRef
    errors: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class TestFile:
    """A file of cases: its name in messages, the model of the cases, and the errors of the whole file."""

    __test__ = False  # not for pytest

    file: str
    path: Path
    model: Path
    cases: tuple[Case, ...]
    errors: tuple[Diagnostic, ...] = ()

    @property
    def name(self) -> str:
        """The file's name in reports, without its ending."""
        return self.path.stem


def read_test_file(path: Path, file: str = "") -> TestFile:
    """The cases of a file; an unreadable file has none, and `errors` have the reasons."""
    shown = file or str(path)
    diagnostics = Diagnostics()
    try:
        data = path.read_bytes()
    except OSError as error:
        message = f"cannot be read: {(error.strerror or str(error)).lower()}"
        diagnostics.error("unreadable-file", message, Source("", shown))
        return TestFile(shown, path, path, (), diagnostics.sorted())
    root = parse_tree(data, shown, diagnostics)
    if root is None:
        return TestFile(shown, path, path, (), diagnostics.sorted())
    if root.tag != "testCases":
        root.error("not-test-cases", f"this is not a file of test cases: its root is <{root.tag}>, not <testCases>")
        return TestFile(shown, path, path, (), diagnostics.sorted())
    namespace = root.attribute("namespace")
    cases = tuple(_read_case(element, shown, namespace) for element in root.children("testCase"))
    if not cases:
        root.warn("no-cases", "the file has no <testCase>")
    return TestFile(shown, path, _find_model(root, path), cases, diagnostics.sorted())


def _find_model(root: ModelElement, path: Path) -> Path:
    """The model's file: the named one, else one with the name of the case file, else the only one beside it."""
    named = root.child_text("modelName")
    if named:
        return path.with_name(Path(named).name)
    same = path.with_suffix(".dmn")
    beside = sorted(path.parent.glob("*.dmn"))
    return beside[0] if len(beside) == 1 and not same.exists() else same


@dataclass(slots=True)
class _CaseReader:
    """The reader of one case's nodes; `diagnostics` are its errors, each at the line of the element."""

    file: str
    diagnostics: Diagnostics = field(default_factory=Diagnostics)

    def fail(self, element: ModelElement, code: str, message: str, text: str = "", help: str = "") -> None:
        self.diagnostics.error(code, message, Source(text, element.origin), help=help)

    def read_expected(self, element: ModelElement) -> Expected:
        """A result node; if it has no expected value, it must state that the result is an error."""
        found = element.child("expected")
        is_error = element.attribute("errorResult") in ("true", "1")
        if found is None and not is_error:
            self.fail(element, "no-expectation", "the result node does not say what it expects")
        value = None if found is None else self.read_value(found)
        return Expected(self.read_name(element), value, is_error, element.attribute("namespace"))

    def read_name(self, element: ModelElement) -> str:
        """The name that a node or component must have."""
        if not element.has_attribute("name"):
            self.fail(element, "missing-attribute", f"<{element.tag}> has no name")
        return element.attribute("name")

    def read_value(self, element: ModelElement) -> Value:
        """The value of an element of the type `valueType`: a value, a list or components; else null."""
        if _is_nil(element):
            return None
        for child in element.children("value", "list", "component"):
            match child.tag:
                case "value":
                    return None if _is_nil(child) else self.read_simple(child)
                case "list":
                    return None if _is_nil(child) else [self.read_value(item) for item in child.children("item")]
                case _:
                    return {self.read_name(item): self.read_value(item) for item in element.children("component")}
        return None

    def read_simple(self, element: ModelElement) -> Value:
        """A value by its XML Schema type; without a type it is a text."""
        kind = (element.attribute(_XSI + "type") or "string").rpartition(":")[2]
        text = element.whole_text()
        try:
            return _parse_simple(kind, text)
        except (FeelError, InvalidOperation, ValueError):
            close = nearest(kind, _TYPES)
            if kind in _TYPES:
                self.fail(element, "value-of-type", f"this is not a value of the type {kind}", text)
            else:
                hint = f"did you mean {close}?" if close else ""
                self.fail(element, "unknown-type", f"values of the type '{kind}' are not known", text, hint)
            return None


def _parse_simple(kind: str, text: str) -> Value:
    """The value of a text. Raises: FeelError, InvalidOperation or ValueError if it is not a value of the kind."""
    stripped = text.strip()
    match kind:
        case "string":
            return text
        case "boolean":
            if stripped not in _BOOLEANS:
                raise ValueError(stripped)
            return _BOOLEANS[stripped]
        case "date":
            return parse_date(stripped)
        case "time":
            return parse_time(stripped)
        case "dateTime":
            return parse_date_time(stripped)
        case "duration" | "dayTimeDuration" | "yearMonthDuration":
            return parse_duration(stripped)
    if kind not in _NUMBERS:
        raise ValueError(kind)
    number = Decimal(stripped)
    if not number.is_finite():
        raise ValueError(stripped)
    return number


def _is_nil(element: ModelElement) -> bool:
    return element.attribute(_XSI + "nil") in ("true", "1")


def _read_case(element: ModelElement, file: str, namespace: str) -> Case:
    reader = _CaseReader(file)
    inputs: dict[str, Value] = {}
    elsewhere: dict[str, dict[str, Value]] = {}
    for item in element.children("inputNode"):
        within = item.attribute("namespace")
        target = elsewhere.setdefault(within, {}) if within else inputs
        target[reader.read_name(item)] = reader.read_value(item)
    results = tuple(reader.read_expected(item) for item in element.children("resultNode"))
    kind, invocable = element.attribute("type", "decision"), element.attribute("invocableName")
    if not results:
        reader.fail(element, "no-expectation", "the case has no <resultNode>, so it would pass with any result")
    if kind not in KINDS:
        close = nearest(kind, KINDS)
        hint = f"did you mean {close}?" if close else f"use one of {', '.join(KINDS)}"
        reader.fail(element, "unknown-kind", f"'{kind}' is not a kind of test case", help=hint)
    elif kind != "decision" and not invocable:
        reader.fail(element, "missing-attribute", f"a case of the type {kind} has no invocableName")
    return Case(
        element.attribute("id"),
        kind,
        invocable,
        element.attribute("namespace") or namespace,
        inputs,
        elsewhere,
        results,
        element.origin,
        reader.diagnostics.sorted(),
    )
