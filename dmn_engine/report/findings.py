"""Diagnostics in the formats of other programs: JSON, SARIF, GitHub annotations, JUnit."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from urllib.parse import quote

from dmn_engine.diagnostics import CellRef, Diagnostic, LineRef, Origin, Severity, Source, file_of
from dmn_engine.report.text import list_causes, render_diagnostic, show_visibly


def render_json(diagnostics: Iterable[Diagnostic]) -> str:
    """`{"findings": [...], "counts": {"error": n, "warning": n, "note": n}}`, findings in the order given."""
    items = list(diagnostics)
    counts = Counter(item.severity for item in items)
    document = {
        "findings": [describe_diagnostic(item) for item in items],
        "counts": {severity.value: counts[severity] for severity in Severity},
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def describe_diagnostic(item: Diagnostic) -> dict[str, object]:
    """A diagnostic as JSON values. `span` is in characters of `text`, [start, end); all of it where none was given.

    `follows` is the place of the error that it follows from, left out where there is none.
    """
    span = item.span or item.source.span
    return {
        "code": item.code,
        "severity": item.severity.value,
        "message": item.message,
        "place": describe_origin(item.source.origin),
        "text": item.source.text,
        "span": [span.start, span.end],
        "related": [_describe_related(source, words) for source, words in item.related],
        "help": item.help,
        **({"follows": item.follows} if item.follows else {}),
    }


def describe_origin(origin: Origin) -> dict[str, object]:
    """A place by its parts; a part that a place does not have is left out."""
    match origin:
        case CellRef(file=file, sheet=sheet, cell=cell):
            parts: dict[str, object] = {"file": file, "sheet": sheet, "cell": cell}
        case LineRef(file=file, line=line, element=element):
            parts = {"file": file, "line": line, "element": element}
        case _:
            parts = {"file": origin}
    return {key: value for key, value in parts.items() if value}


def _describe_related(source: Source, words: str) -> dict[str, object]:
    return {"place": describe_origin(source.origin), "words": words}


_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def _place_in_file(origin: Origin) -> str:
    """`Sheet!C7`, or the path of elements; empty for a whole file."""
    if isinstance(origin, CellRef):
        return "!".join(part for part in (origin.sheet, origin.cell) if part)
    return origin.element if isinstance(origin, LineRef) else ""


def render_github(diagnostics: Iterable[Diagnostic]) -> str:
    """One command a line: `::error file=F,title=CODE::Sheet!C7: message`; line breaks and separators are escaped.

    One that follows from another is only counted under it.
    """
    return "\n".join(_render_command(item, following) for item, following in list_causes(diagnostics))


def _render_command(item: Diagnostic, following: str) -> str:
    origin = item.source.origin
    properties, place = {"file": file_of(origin)}, _place_in_file(origin)
    if isinstance(origin, LineRef) and origin.line:
        properties["line"] = str(origin.line)
    properties["title"] = item.code
    lines = [f"{place}: {item.message}" if place else item.message]
    if item.source.text:
        lines.append(f"cell: {item.source.text}" if isinstance(origin, CellRef) else f"text: {item.source.text}")
    lines += [f"see {source.origin}: {words}" for source, words in item.related]
    if item.help:
        lines.append(f"help: {item.help}")
    if following:
        lines.append(following)
    settings = ",".join(f"{key}={_escape_property(value)}" for key, value in properties.items())
    return f"::{_COMMANDS[item.severity]} {settings}::{_escape(chr(10).join(lines))}"


def _escape(text: str) -> str:
    return "%0A".join(show_visibly(line) for line in text.replace("%", "%25").splitlines())


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")


_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def render_sarif(diagnostics: Iterable[Diagnostic], *, version: str = "") -> str:
    """One run with a result per diagnostic; one that follows from another is only counted in its message.

    A cell is a logical location: a workbook has no lines.
    """
    causes = list_causes(diagnostics)
    codes = sorted({item.code for item, _ in causes})
    driver: dict[str, object] = {"name": "dmn", "rules": [{"id": code} for code in codes]}
    if version:
        driver["version"] = version
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_describe_result(item, codes.index(item.code), following) for item, following in causes],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _describe_result(item: Diagnostic, index: int, following: str) -> dict[str, object]:
    text = "\n".join(part for part in (item.message, item.help, following) if part)
    result: dict[str, object] = {
        "ruleId": item.code,
        "ruleIndex": index,
        "level": _LEVELS[item.severity],
        "message": {"text": text},
        "locations": [_describe_location(item.source)],
    }
    if item.related:
        result["relatedLocations"] = [
            {"id": number, **_describe_location(source), "message": {"text": words}}
            for number, (source, words) in enumerate(item.related, 1)
        ]
    if item.source.text:
        span = item.span or item.source.span
        result["properties"] = {"text": item.source.text, "start": span.start, "end": span.end}
    return result


def _describe_location(source: Source) -> dict[str, object]:
    origin = source.origin
    physical: dict[str, object] = {"artifactLocation": {"uri": quote(file_of(origin))}}
    location: dict[str, object] = {"physicalLocation": physical}
    if isinstance(origin, LineRef) and origin.line:
        physical["region"] = {"startLine": origin.line}
    if inner := _place_in_file(origin):
        location["logicalLocations"] = [{"fullyQualifiedName": inner}]
    return location


def render_junit(
    diagnostics: Iterable[Diagnostic],
    *,
    files: Iterable[str] = (),
    fail_level: Severity = Severity.ERROR,
    name: str = "dmn check",
) -> str:
    """Findings at the fail level or graver are failures, others pass with their text as output.

    One that follows from another is skipped, with the place of that one. A file of `files` without findings is a suite
    with one passing case, so that it is seen to have been read.
    """
    from xml.etree import ElementTree as Xml

    every = list(diagnostics)
    causes = dict(list_causes(every))
    by_file: dict[str, list[Diagnostic]] = {file: [] for file in files}
    for item in every:
        by_file.setdefault(file_of(item.source.origin), []).append(item)
    failures = 0
    root = Xml.Element("testsuites", name=name)
    for file, items in by_file.items():
        failing = [item for item in items if item in causes and item.severity.rank <= fail_level.rank]
        failures += len(failing)
        shown = show_visibly(file)
        suite = Xml.SubElement(root, "testsuite", name=shown, tests=str(len(items) or 1), failures=str(len(failing)))
        if not items:
            Xml.SubElement(suite, "testcase", classname=shown, name="no findings")
        for item in items:
            place = show_visibly(str(item.source.origin)).removeprefix(shown).lstrip("!: ")
            case = Xml.SubElement(suite, "testcase", classname=shown, name=f"{place} {item.code}".strip())
            if item in failing:
                inner = Xml.SubElement(case, "failure", type=item.code, message=show_visibly(item.message))
            elif item not in causes:
                inner = Xml.SubElement(case, "skipped", message=f"follows from {show_visibly(item.follows)}")
            else:
                inner = Xml.SubElement(case, "system-out")
            following = causes.get(item)
            inner.text = "\n".join([render_diagnostic(item), *([f"  {following}"] if following else [])])
    root.set("tests", str(sum(len(items) or 1 for items in by_file.values())))
    root.set("failures", str(failures))
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode")
