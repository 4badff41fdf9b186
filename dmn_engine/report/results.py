"""The answers of many records as one stream of text, in every format of `dmn evaluate`. Reads and evaluates nothing.

A format is imported when it is asked for.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from dmn_engine.diagnostics import Diagnostic
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import Tables
from dmn_engine.model.result import DecisionResult, Result, Status
from dmn_engine.report.findings_json import describe_diagnostic
from dmn_engine.report.plan import Plan
from dmn_engine.report.plan_building import build_plan
from dmn_engine.report.plan_text import render_plan
from dmn_engine.report.wording import join_titles, show_value


@dataclass(frozen=True, slots=True)
class Answered:
    """A record by its origin, and its result; or None and the faults of the record."""

    origin: str
    record: Mapping[str, Value]
    result: Result | None
    faults: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """How answers are shown: the tables that gave them, their JSON form, and the wishes of the reader.

    `decisions` are those that have a column in a table of answers; `has_notes` gives the notes of a result one too.
    """

    tables: Tables
    decisions: Sequence[str]
    describe: Callable[[Result], Mapping[str, object]]
    width: int = 88
    color: bool = False
    explain: bool = False
    has_notes: bool = False


def render_results(answers: Iterable[Answered], format: str, layout: Layout) -> Iterator[str]:
    """The answers in one of FORMATS, in pieces as they come. Records with faults are left to the messages, except in
    json, ndjson and csv, where they have an entry of their own."""
    return FORMATS[format](answers, layout)


def _render_text(answers: Iterable[Answered], layout: Layout) -> Iterator[str]:
    for number, plan in enumerate(_build_plans(answers, layout)):
        yield "\n\n\n" if number else ""
        yield render_plan(plan, width=layout.width, color=layout.color, explain=layout.explain) + "\n"


def _render_markdown(answers: Iterable[Answered], layout: Layout) -> Iterator[str]:
    from dmn_engine.report.markdown import render_plan as render_markdown_plan

    for number, plan in enumerate(_build_plans(answers, layout)):
        yield "\n---\n\n" if number else ""
        yield render_markdown_plan(plan, explain=layout.explain) + "\n"


def _render_html(answers: Iterable[Answered], layout: Layout) -> Iterator[str]:
    from dmn_engine.report.html import render_page

    yield render_page(_build_plans(answers, layout), explain=layout.explain) + "\n"


def _render_json(answers: Iterable[Answered], layout: Layout) -> Iterator[str]:
    """One record: its result as it is. More: a list of what ndjson has a line for."""
    stream = iter(answers)
    first = list(islice(stream, 2))
    if len(first) == 1 and first[0].result is not None:
        yield json.dumps(layout.describe(first[0].result), ensure_ascii=False, indent=2) + "\n"
        return
    separator = "[\n"
    for answer in chain(first, stream):
        yield separator + json.dumps(_describe(answer, layout), ensure_ascii=False, indent=2)
        separator = ",\n"
    yield "\n]\n" if first else "[]\n"


def _render_ndjson(answers: Iterable[Answered], layout: Layout) -> Iterator[str]:
    """A line for each record: `{"record": ORIGIN, "result": {...}}`, or with `errors` for a record with faults."""
    for answer in answers:
        yield json.dumps(_describe(answer, layout), ensure_ascii=False) + "\n"


def _render_csv(answers: Iterable[Answered], layout: Layout) -> Iterator[str]:
    """A row for each record, a column for each decision, whose cell is empty unless the decision is determined.

    `undetermined` names those that are not.
    """
    notes = ["notes"] if layout.has_notes else []
    yield _format_row(["record", "status", "undetermined", "needs", "errors", *notes, *layout.decisions])
    for answer in answers:
        yield _format_row(_write_row(answer, layout))


FORMATS: Mapping[str, Callable[[Iterable[Answered], Layout], Iterator[str]]] = {
    "text": _render_text,
    "json": _render_json,
    "ndjson": _render_ndjson,
    "csv": _render_csv,
    "markdown": _render_markdown,
    "html": _render_html,
}


def _build_plans(answers: Iterable[Answered], layout: Layout) -> Iterator[Plan]:
    for answer in answers:
        if answer.result is not None:
            yield build_plan(answer.result, layout.tables, record=answer.record, origin=answer.origin)


def _describe(answer: Answered, layout: Layout) -> dict[str, object]:
    if answer.result is None:
        return {"record": answer.origin, "errors": [describe_diagnostic(fault) for fault in answer.faults]}
    return {"record": answer.origin, "result": layout.describe(answer.result)}


def _write_row(answer: Answered, layout: Layout) -> list[str]:
    result, names = answer.result, layout.decisions
    if result is None:
        return [
            answer.origin,
            "invalid record",
            "",
            "",
            "; ".join(f.message for f in answer.faults),
            *([""] if layout.has_notes else []),
            *[""] * len(names),
        ]
    open_ = [name for name in names if name in result.decisions and result[name].status is not Status.DETERMINED]
    return [
        answer.origin,
        result.status.value,
        ", ".join(open_),
        join_titles(result.needs, layout.tables.vocabulary),
        "; ".join(error.message for error in result.errors),
        *(["; ".join(result.notes)] if layout.has_notes else []),
        *(_show_decision(result.decisions.get(name)) for name in names),
    ]


def _show_decision(decision: DecisionResult | None) -> str:
    if decision is None or decision.status is not Status.DETERMINED:
        return ""
    if isinstance(decision.value, list):
        return "\n".join(map(show_value, decision.value)) or show_value([])
    return show_value(decision.value)


def _format_row(cells: list[str]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerow(cells)
    return stream.getvalue()
