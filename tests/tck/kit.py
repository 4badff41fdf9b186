"""Cases of the DMN TCK read from its folders, run, and compared strictly. Knows no model by name."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

from dmn_engine.decisions.drg.compiler import CompiledModel, compile_definitions
from dmn_engine.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time
from dmn_engine.feel.values import Cause, Value, format_value
from dmn_engine.xml import read_library

KIT = Path(os.environ.get("DMN_TCK", Path(__file__).parents[2] / ".." / "shared" / "tck"))
"""The kit, as it is laid out: compliance-level-N/TEST/*.dmn and *.xml."""

PRECISION = Decimal("1e-8")
"""How far a number may be from the expected one: the kit's own measure."""

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(frozen=True, slots=True)
class Expected:
    """What one result node asks for."""

    name: str
    value: Value
    is_error: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One test case; `kind` is decision, bkm or decisionService."""

    folder: str
    model: Path
    id: str
    kind: str
    invocable: str
    inputs: Mapping[str, Value]
    elsewhere: Mapping[str, Mapping[str, Value]]
    results: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that did not give what it asks for."""

    case: Case
    name: str
    wanted: str
    got: str
    causes: tuple[Cause, ...]

    def __str__(self) -> str:
        why = "; ".join(f"{cause.message} [{cause.source.text.strip()}]" for cause in self.causes[:3])
        where = f"{self.case.folder} {self.case.id} {self.name}"
        return f"{where}: wanted {self.wanted}, got {self.got}" + (f" ({why})" if why else "")


def list_folders(kit: Path = KIT) -> list[Path]:
    """The folders of tests, by compliance level and name."""
    return sorted(path for path in kit.glob("compliance-level-*/*") if path.is_dir())


def name_folder(folder: Path) -> str:
    """How the folder is called in scores: `level/test`."""
    return f"{folder.parent.name}/{folder.name}"


def read_cases(folder: Path) -> Iterator[Case]:
    """Every case of a folder, in the order of its files."""
    for file in sorted(folder.glob("*.xml")):
        root = ElementTree.parse(file).getroot()
        model = folder / (_text_of(root, "modelName") or file.with_suffix(".dmn").name)
        for node in _children(root, "testCase"):
            inputs: dict[str, Value] = {}
            elsewhere: dict[str, dict[str, Value]] = {}
            for item in _children(node, "inputNode"):
                namespace = item.get("namespace", "")
                target = elsewhere.setdefault(namespace, {}) if namespace else inputs
                target[item.get("name", "")] = _read_value(item)
            results = tuple(_read_expected(item) for item in _children(node, "resultNode"))
            kind, invocable = node.get("type", "decision"), node.get("invocableName", "")
            yield Case(name_folder(folder), model, node.get("id", ""), kind, invocable, inputs, elsewhere, results)


def run_folder(folder: Path) -> tuple[int, list[Failure]]:
    """How many cases the folder has, and those that fail; each of its models is read and compiled once."""
    models: dict[Path, CompiledModel] = {}
    cases = list(read_cases(folder))
    failures = []
    for case in cases:
        if case.model not in models:
            library = read_library(case.model, case.model.name)
            models[case.model] = compile_definitions(library[0], library[1:])
        failures.extend(run_case(case, models[case.model]))
    return len(cases), failures


def run_case(case: Case, model: CompiledModel) -> list[Failure]:
    """The first result that is not as expected, if any."""
    for expected in case.results:
        causes: list[Cause] = []
        got = _evaluate(case, expected, model, causes)
        if not is_same(expected.value, got) or (expected.is_error and not causes):
            wanted = _show(expected.value) + (" for a reason" if expected.is_error else "")
            return [Failure(case, expected.name, wanted, _show(got), tuple(causes))]
    return []


def _evaluate(case: Case, expected: Expected, model: CompiledModel, causes: list[Cause]) -> Value:
    if case.kind == "decision" and not case.invocable:
        return model.evaluate(expected.name, case.inputs, causes, case.elsewhere)
    result = model.invoke(case.invocable, case.inputs, causes, case.elsewhere)
    outputs = next((len(item.outputs) for item in model.definitions.services if item.name == case.invocable), 1)
    return result.get(expected.name) if outputs > 1 and isinstance(result, dict) else result


def is_same(wanted: Value, got: Value) -> bool:
    """Whether a value is the expected one: of the same type, numbers as near as the kit's precision.

    Times are compared by how they are written: to the nanosecond, and with their offset or zone, which `=` leaves out.
    """
    if type(wanted) is not type(got):
        return False
    match wanted, got:
        case Decimal(), Decimal():
            return abs(wanted - got) < PRECISION
        case list(), list():
            return len(wanted) == len(got) and all(map(is_same, wanted, got))
        case dict(), dict():
            return wanted.keys() == got.keys() and all(is_same(item, got[key]) for key, item in wanted.items())
    return format_value(wanted) == format_value(got)


def _read_expected(node: ElementTree.Element) -> Expected:
    found = next(_children(node, "expected"), None)
    value = None if found is None else _read_value(found)
    return Expected(node.get("name", ""), value, node.get("errorResult") == "true")


def _read_value(node: ElementTree.Element) -> Value:
    """The value that an element of the type `valueType` holds: a value, a list or components."""
    if node.get(_XSI + "nil") == "true":
        return None
    for child in node:
        match _local(child):
            case "value":
                return _read_simple(child)
            case "list":
                return None if child.get(_XSI + "nil") == "true" else [_read_value(i) for i in _children(child, "item")]
            case "component":
                return {item.get("name", ""): _read_value(item) for item in _children(node, "component")}
    return None


def _read_simple(node: ElementTree.Element) -> Value:
    if node.get(_XSI + "nil") == "true":
        return None
    text = "".join(node.itertext())
    match node.get(_XSI + "type", "string").rpartition(":")[2]:
        case "decimal" | "double" | "float" | "integer" | "int" | "long" | "short" | "byte":
            return Decimal(text.strip())
        case "boolean":
            return text.strip() in ("true", "1")
        case "date":
            return parse_date(text.strip())
        case "time":
            return parse_time(text.strip())
        case "dateTime":
            return parse_date_time(text.strip())
        case "duration":
            return parse_duration(text.strip())
        case "string":
            return text
        case other:
            raise ValueError(f"a value of the unknown type '{other}'")


def _local(node: ElementTree.Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _children(node: ElementTree.Element, tag: str) -> Iterator[ElementTree.Element]:
    return (child for child in node if _local(child) == tag)


def _text_of(node: ElementTree.Element, tag: str) -> str:
    found = next(_children(node, tag), None)
    return (found.text or "").strip() if found is not None else ""


def _show(value: Value) -> str:
    """The value as FEEL text; an engine's fault may give what is no FEEL value, and is shown all the same."""
    try:
        return format_value(value)
    except TypeError:
        return repr(value)
