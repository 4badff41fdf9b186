"""`dmn test`: the example patients of the sheets `Tests`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmn_cli.options import find_set, load_tables, overlaps_option, path, schemas_option

if TYPE_CHECKING:
    from dmn_engine.api import Model, Overlaps
    from dmn_engine.diagnostics import Diagnostic
    from dmn_engine.model.data_dictionary import Value
    from dmn_engine.model.result import Result

_FORMATS = click.Choice(["text", "json", "github", "junit"])


@click.command(short_help="Run the example patients of the sheets Tests.")
@click.argument("paths", nargs=-1, type=path)
@schemas_option
@overlaps_option
@click.option("--coverage", is_flag=True, help="List the rules that no example uses, and the share of the others.")
@click.option("--threshold", type=click.FloatRange(0, 100), help="Fail below this percentage of rules used.")
@click.option("--format", "format", type=_FORMATS, default="text", show_default=True, help="How to write the failures.")
def command(
    paths: tuple[Path, ...],
    schemas: Path | None,
    overlaps: Overlaps,
    coverage: bool,
    threshold: float | None,
    format: str,
) -> int:
    """Run the example patients on the sheets Tests of the tables at PATHS (without any, the folder tables).

    Of a single workbook its own examples are run, on all tables of the folder tables that it is in. A failure shows
    what was expected, what came, and the rules that gave it.

    \b
    Examples:
      dmn test
      dmn test tables --coverage --threshold 75
      dmn test tables --format junit
    """
    from dmn_cli.findings import render_findings
    from dmn_cli.output import has_color, write_output
    from dmn_engine.check.examples import keep_examples, list_lost, measure_coverage, run_examples
    from dmn_engine.diagnostics import Severity, file_of
    from dmn_engine.loading import show_path
    from dmn_engine.report.trials import list_findings, render_coverage, render_trials
    from dmn_engine.report.wording import show_value

    color, failed = has_color(sys.stdout), False
    found: list[Diagnostic] = []
    files: dict[str, None] = {}
    for place in paths or (Path("tables"),):
        model = load_tables(find_set(place), schemas, overlaps)
        shown = show_path(place)
        trials = tuple(run_examples(partial(_evaluate, model), keep_examples(model.tables, shown), show_value))
        lost = list_lost(model.tables, model.diagnostics, shown)
        covered = measure_coverage(trials, model.tables)
        has_coverage = coverage or threshold is not None
        found += list_findings(trials, model.tables, lost, covered if has_coverage else None)
        files.update(dict.fromkeys(file_of(trial.example.source.origin) for trial in trials))
        parts = [render_trials(trials, model.tables, lost, color=color)]
        parts += [render_coverage(covered, color=color)] if has_coverage else []
        write_output([f"{part}\n" for part in parts] if format == "text" else [], None)
        failed |= bool(lost) or not all(trial.passes for trial in trials) or covered.percent < (threshold or 0)
    if format != "text":
        write_output([render_findings(found, files, format, Severity.ERROR, None, "dmn test") + "\n"], None)
    return int(failed)


def _evaluate(model: Model, record: Mapping[str, Value], decision: str) -> Result | Sequence[Diagnostic]:
    """The result of a record, or the errors of the record or the tables that prevent it."""
    from dmn_engine.api import RecordError, TablesAtFault

    try:
        return model.run_example(record, decision)
    except (RecordError, TablesAtFault) as error:
        if not error.diagnostics:
            raise
        return error.diagnostics
