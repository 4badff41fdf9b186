"""What workbooks say and a standard model has no place for: each kind named once, with a place. Writes no model."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from dmn_engine.decisions.model import DecisionTable, Tables
from dmn_engine.decisions.vocabulary import Field
from dmn_engine.diagnostics import CellRef, Diagnostic, Severity, Source, file_of

CODE = "not-in-dmn"


def report_limits(
    tables: Tables, chosen: Mapping[str, DecisionTable], used: Collection[str], files: Collection[str]
) -> Iterator[Diagnostic]:
    """A warning for each kind of thing that the model of the chosen tables does not hold."""
    if not chosen:
        return
    yield _warn(
        "other engines take a missing input for null, which no condition but `-` accepts: they never answer "
        "`undetermined`, and name no needs",
        _place_of_first(chosen),
        "give other engines complete records only",
    )
    yield from _report_constraints(tables, used)
    yield from _report_defaults([item for item in tables.vocabulary.fields.values() if item.name in used])
    yield from _report_sheets(tables, files)
    yield from _report_statuses(tables, chosen)


def _report_constraints(tables: Tables, used: Collection[str]) -> Iterator[Diagnostic]:
    constraints = [item for item in tables.vocabulary.constraints if any(name in used for name in item.fields)]
    if constraints:
        count = _count(len(constraints), "impossible combination")
        message = f"{count} of the vocabulary: {'; '.join(item.statement for item in constraints)}"
        yield _warn(message, Source("", "vocabulary"), "other engines answer for records that no patient can have")


def _report_defaults(fields: list[Field]) -> Iterator[Diagnostic]:
    defaults = [item.title for item in fields if item.has_default]
    if defaults:
        message = f"{_count(len(defaults), 'default')} of the vocabulary: {', '.join(defaults)}"
        yield _warn(message, Source("", "vocabulary"), "other engines take a missing input for null")


def _report_sheets(tables: Tables, files: Collection[str]) -> Iterator[Diagnostic]:
    examples = [item for item in tables.examples if file_of(item.source.origin) in files]
    if examples:
        message = f"{_count(len(examples), 'example patient')} of the sheets Tests"
        yield _warn(message, examples[0].source.source, "keep the workbook: `dmn test` runs them")
    safety = [item for item in tables.safety if file_of(item.source.origin) in files]
    if safety:
        message = f"{_count(len(safety), 'condition')} of the sheet Safety"
        yield _warn(message, safety[0].source.source, "keep the workbook: `dmn check` proves them")


def _report_statuses(tables: Tables, chosen: Mapping[str, DecisionTable]) -> Iterator[Diagnostic]:
    rules = [rule for table in chosen.values() for rule in table.rules if rule.status not in ("", "approved")]
    books = [tables.workbooks[file] for file in dict.fromkeys(table.file for table in chosen.values())]
    waiting = [book for book in books if book.status != "approved"]
    if not rules and not waiting:
        return
    parts = [_count(len(waiting), "workbook")] if waiting else []
    parts += [_count(len(rules), "rule")] if rules else []
    place = rules[0].source.source if rules else Source("", CellRef(waiting[0].file, "About"))
    words = f"the review status of {' and '.join(parts)} that {'is' if len(parts) == 1 else 'are'} not approved"
    yield _warn(
        f"{words} is text in the model: other engines give their answers without it", place, "review before use"
    )


def _place_of_first(chosen: Mapping[str, DecisionTable]) -> Source:
    table = next(iter(chosen.values()))
    return Source("", CellRef(table.file))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _warn(message: str, place: Source, help: str) -> Diagnostic:
    return Diagnostic(CODE, Severity.WARNING, f"a model has no place for this: {message}", place, help=help)
