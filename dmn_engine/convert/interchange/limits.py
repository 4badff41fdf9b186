"""Warnings about what a standard model cannot represent: one for each kind of content, at its first place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from dmn_engine.diagnostics import CellRef, Diagnostic, Severity, Source, file_of
from dmn_engine.model.cell_text import count_words
from dmn_engine.model.data_dictionary import DataDictionary
from dmn_engine.model.decision_table import DecisionTable, Tables

CODE = "not-in-dmn"


def report_limits(
    tables: Tables, chosen: Mapping[str, DecisionTable], used: Collection[str], files: Collection[str]
) -> Iterator[Diagnostic]:
    """Report each kind of content that the model of the chosen tables cannot represent."""
    if not chosen:
        return
    yield _warn(
        "unknown inputs: other engines treat a missing input as null and never answer `undetermined`",
        Source("", CellRef(next(iter(chosen.values())).file)),
        "give other engines complete records only",
    )
    yield from _report_vocabulary(tables.dictionary, used)
    yield from _report_sheets(tables, files)
    yield from _report_statuses(tables, chosen)


def _report_vocabulary(dictionary: DataDictionary, used: Collection[str]) -> Iterator[Diagnostic]:
    place = Source("", "data dictionary")
    constraints = [item for item in dictionary.constraints if any(name in used for name in item.fields)]
    if constraints:
        words = " ".join(item.statement for item in constraints)
        what = f"{count_words(len(constraints), 'impossible combination')} of the data dictionary: {words}"
        yield _warn(what, place, "other engines answer for records that no patient can have")
    defaults = [item.title for item in dictionary.fields.values() if item.name in used and item.has_default]
    if defaults:
        what = f"{count_words(len(defaults), 'default')} of the data dictionary: {', '.join(defaults)}"
        yield _warn(what, place, "give these values to other engines, which treat a missing input as null")
    unread = [item.title for item in dictionary.fields.values() if item.name not in used]
    if unread:
        what = (
            f"{count_words(len(unread), 'field')} of the data dictionary that no table here reads: {', '.join(unread)}"
        )
        yield _warn(what, place, "keep the record schema, which has them")


def _report_sheets(tables: Tables, files: Collection[str]) -> Iterator[Diagnostic]:
    examples = [item for item in tables.examples if file_of(item.source.origin) in files]
    if examples:
        what = f"{count_words(len(examples), 'example patient')} of sheets Tests"
        yield _warn(what, examples[0].source.source, "keep the workbook: `dmn test` runs them")
    safety = [item for item in tables.safety if file_of(item.source.origin) in files]
    if safety:
        what = f"{count_words(len(safety), 'condition')} of the sheet Safety"
        yield _warn(what, safety[0].source.source, "keep the workbook: `dmn check` proves them")


def _report_statuses(tables: Tables, chosen: Mapping[str, DecisionTable]) -> Iterator[Diagnostic]:
    rules = [rule for table in chosen.values() for rule in table.rules if rule.status not in ("", "approved")]
    books = [tables.workbooks[file] for file in dict.fromkeys(table.file for table in chosen.values())]
    waiting = [book for book in books if book.status != "approved"]
    parts = [count_words(len(waiting), "workbook")] if waiting else []
    parts += [count_words(len(rules), "rule")] if rules else []
    if parts:
        place = rules[0].source.source if rules else Source("", CellRef(waiting[0].file, "About"))
        what = (
            f"the review status (not approved: {' and '.join(parts)}); it is only text there, which no answer repeats"
        )
        yield _warn(what, place, "do not use its answers before review")


def _warn(what: str, place: Source, help: str) -> Diagnostic:
    return Diagnostic(CODE, Severity.WARNING, f"a model cannot represent {what}", place, help=help)
