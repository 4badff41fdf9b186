"""The report of `dmn test`: each failed example with what was expected, what came and by which rules; the coverage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dmn_engine.check.examples import Check, Coverage, Trial, list_values
from dmn_engine.diagnostics import Diagnostic, Severity, sort_key
from dmn_engine.model.cell_text import count_words, join_words
from dmn_engine.model.data_dictionary import DataDictionary
from dmn_engine.model.decision_table import Tables
from dmn_engine.model.result import DecisionResult, Status
from dmn_engine.report.text import Tone, choose_paint, render_causes, render_diagnostic, show_visibly
from dmn_engine.report.wording import join_titles, name_rule, show_status, show_value


def render_trials(
    trials: Sequence[Trial], tables: Tables, lost: Sequence[Diagnostic] = (), *, color: bool = False
) -> str:
    """The failures, each in the shape of a diagnostic, and how many examples passed.

    First come errors that prevent or may hide examples (`lost`), each once.
    """
    paint = choose_paint(color)
    blocked = [trial for trial in trials if trial.blocks]
    causes = dict.fromkeys([*lost, *(item for trial in blocked for item in trial.blocks)])
    blocks = render_causes(sorted(causes, key=sort_key), color=color)
    if blocked:
        called = join_words(f"`{trial.example.name}`" for trial in blocked)
        blocks.append(f"{count_words(len(blocked), 'example')} not run, because of errors in tables: {called}")
    failing: dict[Diagnostic, list[str]] = {}
    for trial in trials:
        for item in trial.errors:
            failing.setdefault(item, []).append(trial.example.name)
    for item, names in failing.items():
        quoted = join_words(f"`{name}`" for name in names)
        listed = f"\n  examples that fail: {quoted}" if len(names) > 1 else ""
        blocks.append(render_diagnostic(item, color=color) + listed)
    for trial in trials:
        failed = [check for check in trial.checks if not check.passes]
        blocks += ["\n".join(_write_failure(trial, check, tables, color)) for check in failed]
    return "\n\n".join([*blocks, paint(_count(trials, lost), Tone.GOOD if _is_clean(trials, lost) else Tone.ERROR)])


def list_findings(
    trials: Sequence[Trial], tables: Tables, lost: Sequence[Diagnostic] = (), coverage: Coverage | None = None
) -> list[Diagnostic]:
    """The failures as diagnostics, and of a coverage a note for each rule that no example uses."""
    found = dict.fromkeys([*lost, *(item for trial in trials for item in (*trial.blocks, *trial.errors))])
    for trial in trials:
        for check in trial.checks:
            if not check.passes:
                got = _show_outcome(check.result, check.column, tables.dictionary)
                parts = [f"expected {', '.join(check.errors)}", f"got {got}", *_list_reasons(check, tables)]
                message = f"{_name_check(trial, check)}: {'; '.join(parts)}"
                found[Diagnostic("example-failed", Severity.ERROR, message, check.cell.source)] = None
    for table, rule in () if coverage is None else coverage.unused:
        message = f"no example uses rule {rule.id} of {table.name}"
        found[Diagnostic("rule-without-example", Severity.NOTE, message, rule.source.source)] = None
    return sorted(found, key=sort_key)


def _count(trials: Sequence[Trial], lost: Sequence[Diagnostic]) -> str:
    passed = sum(trial.passes for trial in trials)
    not_run = sum(bool(trial.blocks) for trial in trials)
    failed = len(trials) - passed - not_run
    parts = [f"{count_words(passed, 'example')} passed"]
    parts += [f"{failed} failed"] if failed else []
    parts += [f"{not_run} not run"] if not_run else []
    parts += [f"{count_words(len(lost), 'error')} that may hide examples"] if lost else []
    return ", ".join(parts)


def _is_clean(trials: Sequence[Trial], lost: Sequence[Diagnostic]) -> bool:
    return not lost and all(trial.passes for trial in trials)


def render_coverage(coverage: Coverage, *, color: bool = False) -> str:
    """The rules that no example uses, by cell, and the share of those that one does."""
    paint = choose_paint(color)
    used = coverage.total - len(coverage.unused)
    count = f"{used} of {count_words(coverage.total, 'rule')} used by an example ({coverage.percent:.0f} %)"
    lines = [
        f"{show_visibly(str(rule.source.origin))}: rule {rule.id} of {table.name} is used by no example"
        for table, rule in coverage.unused
    ]
    return "\n".join([*lines, paint(count, Tone.WARNING if coverage.unused else Tone.GOOD)])


def _write_failure(trial: Trial, check: Check, tables: Tables, color: bool) -> Iterator[str]:
    paint = choose_paint(color)
    place = paint(f"{show_visibly(str(check.cell.origin))}:", Tone.STRONG)
    yield f"{place} {paint('error example-failed:', Tone.ERROR)} {_name_check(trial, check)}"
    yield f"  expected: {', '.join(check.errors)}"
    yield f"  got:      {_show_outcome(check.result, check.column, tables.dictionary)}"
    yield from (f"  {reason}" for reason in _list_reasons(check, tables))


def _name_check(trial: Trial, check: Check) -> str:
    name = f"{check.decision}: {check.column}" if check.column else check.decision
    return f"{trial.example.name}: {name}"


def _list_reasons(check: Check, tables: Tables) -> Iterator[str]:
    """The errors and the rules that an outcome comes from."""
    for error in check.result.errors:
        yield f"because: {join_place(error.origin, error.message)}"
    rules = list(check.result.rules) + [item.rule for item in check.result.candidates if item.rule]
    review = {file: book.status for file, book in tables.workbooks.items()}
    for text in dict.fromkeys(name_rule(rule, review) for rule in rules):
        yield f"by {text}"
    if not rules:
        yield "by no rule"


def _show_outcome(result: DecisionResult, column: str, dictionary: DataDictionary) -> str:
    if result.status is Status.DETERMINED:
        values = result.value if result.is_list and isinstance(result.value, list) else [result.value]
        return show_value(list_values(values, column))
    if result.status is Status.ERROR:
        return show_status(result.status)
    certain = list_values((item.value for item in result.candidates if item.certain), column)
    possible = list_values((item.value for item in result.candidates if not item.certain), column)
    parts = [show_value(certain)] if certain else []
    if possible:
        parts.append(f"possibly {show_value(possible)}")
    return f"{'; '.join(parts) or show_status(result.status)}; needs {join_titles(result.needs, dictionary)}"


def join_place(origin: str, message: str) -> str:
    """A message after its place, where it has one."""
    return f"{origin}: {message}" if origin else message
