"""`dmn tck`: how much of DMN's conformance kit passes."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from dmn_cli.options import path


@click.command(short_help="Run DMN's conformance kit, strictly.")
@click.argument("folder", type=path)
@click.argument("words", nargs=-1)
@click.option("--report", type=path, metavar="FILE", help="Write tck_results.csv, and its .properties beside it.")
def command(folder: Path, words: tuple[str, ...], report: Path | None) -> int:
    """Run the cases of the conformance kit (the DMN TCK) at FOLDER: the kit, one of its levels, or a single test.

    Values are compared strictly, types too; numbers to 8 decimals. What cannot be read or run does not pass. With
    WORDS, only the tests are run whose names contain one of them. The report is in the form in which the results of
    engines are handed in to the kit.

    \b
    Examples:
      dmn tck examples/tck
      dmn tck examples/tck compliance-level-2
    """
    from dmn_cli.conformance import run_kit, write_report
    from dmn_cli.output import choose_width, has_color, write_output
    from dmn_engine.conformance.scores import render_scores

    runs = run_kit(folder, words)
    if report is not None:
        write_report(runs, report)
    text = render_scores(runs, width=choose_width(), color=has_color(sys.stdout))
    write_output([text + "\n"], None)
    return int(any(run.failures for run in runs))
