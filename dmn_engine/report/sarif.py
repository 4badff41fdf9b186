"""Diagnostics as SARIF 2.1.0 (OASIS), which code hosts and editors show as findings of a static analysis."""

from __future__ import annotations

import json
from collections.abc import Iterable
from urllib.parse import quote

from dmn_engine.diagnostics import CellRef, Diagnostic, LineRef, Severity, Source
from dmn_engine.report.text import list_causes

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
    file = origin if isinstance(origin, str) else origin.file
    physical: dict[str, object] = {"artifactLocation": {"uri": quote(file)}}
    location: dict[str, object] = {"physicalLocation": physical}
    if isinstance(origin, LineRef) and origin.line:
        physical["region"] = {"startLine": origin.line}
    if isinstance(origin, CellRef):
        inner = "!".join(part for part in (origin.sheet, origin.cell) if part)
    else:
        inner = origin.element if isinstance(origin, LineRef) else ""
    if inner:
        location["logicalLocations"] = [{"fullyQualifiedName": inner}]
    return location
