"""Write diagnostics as JSON, for programs that read findings."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from dmn_engine.diagnostics import CellRef, Diagnostic, LineRef, Origin, Severity, Source


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
