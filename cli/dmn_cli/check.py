"""`dmn check`: every finding about the tables, by cell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmn_cli.options import fail_level_option, output_option, overlaps_option, path, schemas_option

if TYPE_CHECKING:
    from dmn_engine.api import Overlaps

_FORMATS = click.Choice(["text", "json", "github", "sarif", "junit", "markdown"])


@click.command(short_help="Report every finding about the tables, by cell.")
@click.argument("paths", nargs=-1, type=path)
@schemas_option
@overlaps_option
@click.option("--format", "format", type=_FORMATS, default="text", show_default=True, help="How to write the findings.")
@fail_level_option
@output_option
def command(
    paths: tuple[Path, ...], schemas: Path | None, overlaps: Overlaps, format: str, fail_level: str, output: Path | None
) -> int:
    """Read the tables at PATHS (folders or workbooks; without any, the folder tables) and report every finding by cell.

    A workbook is checked with all tables of the folder tables that it is in, because a change in one can be an error in
    another.

    It checks structure, values, names, types, references and the graph; then, over all possible patients: rules that
    overlap or contradict each other, patients without a rule, rules that never match, formulas that fail, and the
    safety properties.

    \b
    Examples:
      dmn check
      dmn check tables --format sarif -o findings.sarif
    """
    from dmn_cli.findings import list_findings, render_findings
    from dmn_cli.output import write_output
    from dmn_engine.diagnostics import Severity

    findings, files = list_findings(paths or (Path("tables"),), schemas, overlaps)
    level = Severity(fail_level)
    write_output([render_findings(findings, files, format, level, output) + "\n"], output)
    return 1 if any(item.severity.rank <= level.rank for item in findings) else 0
