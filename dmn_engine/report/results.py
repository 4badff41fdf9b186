"""Write the answers of many records as one stream of text, in every format of `dmn evaluate`.

A format is imported when it is asked for.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from dmn_engine.diagnostics import Diagnostic
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.decision_table import Tables
from dmn_engine.model.result import DecisionResult, Result, Status
from dmn_engine.report.findings import describe_diagnostic
from dmn_engine.report.plan import Plan, Refused
from dmn_engine.report.plan_building import build_plan, name_labels
from dmn_engine.report.plan_text import render_plan, render_refused
from dmn_engine.report.wording import join_titles, show_value


@dataclass(frozen=True, slots=True)
class Answered:
    """A record by its origin, and its result; or None and the errors of the record.

    `labels` are its texts for people, by column (`#Name`); `id` is the one that identifies it, if one was asked for.
    """

    origin: str
    record: Mapping[str, Value]
    result: Result | None
    errors: tuple[Diagnostic, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    id: str = ""

    @property
    def name(self) -> str:
        """What the answer of the record is called: by its id, and by its place."""
        return f"{self.id} ({self.origin})" if self.id else self.origin


@dataclass(frozen=True, slots=True)
class Layout:
    """How answers are shown: the tables that gave them, their JSON form, and the wishes of the reader.

    `decisions` are those that have a column in a table of answers; `has_notes` gives the notes of a result one too.
    `labels` are the columns for people that the records have.
    """

    tables: Tables
    decisions: Sequence[str]
    describe: Callable[[Result], Mapping[str, object]]
    width: int = 88
    color: bool = False
    explain: bool = False
    has_notes: bool = False
    labels: Sequence[str] = ()


def render_results(answers: Iterable[Answered], format: str, layout: Layout) -> Iterator[str]:
    """The answers in one of FORMATS, in pieces as they come.

    Each record has an entry; only of a single one with errors there is nothing but the messages, unless the format is
    json, ndjson or csv.
    """
    return FORMATS[format](answers, layout)


def _render_text(answers: Iterable[Answered], layout: Layout) -> Iterator[str]:
    for number, plan in enumerate(_build_plans(answers, layout)):
        yield "\n\n\n" if number else ""
        if isinstance(plan, Refused):
            yield render_refused(plan, width=layout.width, color=layout.color) + "\n"
        else:
            yield render_plan(plan, width=layout.width, color=layout.color, explain=layout.explain) + "\n"


def _render_markdown(answers: Iterable[Answered], layout: Layout) -> Iterator[str]:
    from dmn_engine.report import markdown

    for number, plan in enumerate(_build_plans(answers, layout)):
        yield "\n---\n\n" if number else ""
        if isinstance(plan, Refused):
            yield markdown.render_refused(plan) + "\n"
        else:
            yield markdown.render_plan(plan, explain=layout.explain) + "\n"


def _render_html(answers: Iterable[Answered], layout: Layout) -> Iterator[str]:
    from dmn_engine.report.html import render_page

    yield render_page(_build_plans(answers, layout), explain=layout.explain) + "\n"


def _render_json(answers: Iterable[Answered], layout: Layout) -> Iterator[str]:
    """One record: its result as it is. More: a list of what ndjson has a line for."""
    stream = iter(answers)
    first = list(islice(stream, 2))
    if len(first) == 1 and first[0].result is not None:
        document = {**layout.describe(first[0].result), **_describe_labels(first[0])}
        yield json.dumps(document, ensure_ascii=False, indent=2) + "\n"
        return
    separator = "[\n"
    for answer in chain(first, stream):
        yield separator + json.dumps(_describe(answer, layout), ensure_ascii=False, indent=2)
        separator = ",\n"
    yield "\n]\n" if first else "[]\n"


def _render_ndjson(answers: Iterable[Answered], layout: Layout) -> Iterator[str]:
    """A line for each record: `{"record": ORIGIN, "result": {...}}`, or with `errors` instead of a result.

    A record with labels has them too: `"labels": {"#Name": "Ada"}`, and its `id` if one was asked for.
    """
    for answer in answers:
        yield json.dumps(_describe(answer, layout), ensure_ascii=False) + "\n"


def _render_csv(answers: Iterable[Answered], layout: Layout) -> Iterator[str]:
    """A row for each record, a column for each decision, whose cell is empty unless the decision is determined.

    `undetermined` names those that are not.
    """
    notes = ["notes"] if layout.has_notes else []
    names = ["record", *layout.labels, "status", "undetermined", "needs", "errors", *notes, *layout.decisions]
    yield _format_row(names)
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


def _build_plans(answers: Iterable[Answered], layout: Layout) -> Iterator[Plan | Refused]:
    """The plan of each record; of several, one with errors keeps its place."""
    stream = iter(answers)
    first = list(islice(stream, 2))
    for answer in chain(first, stream):
        if answer.result is not None:
            yield build_plan(
                answer.result, layout.tables, record=answer.record, origin=answer.name, labels=answer.labels
            )
        elif len(first) > 1:
            errors = tuple(error.message for error in answer.errors)
            yield Refused(answer.name, errors, name_labels(answer.labels))


def _describe(answer: Answered, layout: Layout) -> dict[str, object]:
    head = {"record": answer.origin, **_describe_labels(answer)}
    if answer.result is None:
        return {**head, "errors": [describe_diagnostic(error) for error in answer.errors]}
    return {**head, "result": layout.describe(answer.result)}


def _describe_labels(answer: Answered) -> dict[str, object]:
    """The labels of a record as JSON; nothing where it has none."""
    given = {name: text for name, text in answer.labels.items() if text}
    labels: dict[str, object] = {"labels": given} if given else {}
    return {"id": answer.id, **labels} if answer.id else labels


def _write_row(answer: Answered, layout: Layout) -> list[str]:
    result, names = answer.result, layout.decisions
    head = [answer.origin, *(answer.labels.get(label, "") for label in layout.labels)]
    if result is None:
        return [
            *head,
            "invalid record",
            "",
            "",
            "; ".join(f.message for f in answer.errors),
            *([""] if layout.has_notes else []),
            *[""] * len(names),
        ]
    open_ = [name for name in names if name in result.decisions and result[name].status is not Status.DETERMINED]
    return [
        *head,
        result.status.value,
        ", ".join(open_),
        join_titles(result.needs, layout.tables.dictionary),
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
