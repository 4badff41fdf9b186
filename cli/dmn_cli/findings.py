"""Collect the findings of several sets of tables, and choose how to write them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from dmn_cli.options import find_set, load_tables
from dmn_cli.output import has_color
from dmn_engine.api import Overlaps
from dmn_engine.diagnostics import Diagnostic, Severity, sort_key


def list_findings(
    paths: Iterable[Path], schemas: Path | None, overlaps: Overlaps
) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
    """Every diagnostic of loading and checking, sorted by place and without repeats; and the files that were read."""
    found: dict[Diagnostic, None] = {}
    files: dict[str, None] = {}
    for path in dict.fromkeys(map(find_set, paths)):
        model = load_tables(path, schemas, overlaps)
        found.update(dict.fromkeys((*model.diagnostics, *model.check())))
        files.update(dict.fromkeys(model.tables.workbooks))
    return tuple(sorted(found, key=sort_key)), tuple(files)


def render_findings(
    findings: Iterable[Diagnostic],
    files: Iterable[str],
    format: str,
    level: Severity,
    output: Path | None,
    command: str = "dmn check",
) -> str:
    """The findings in the format; colours where text goes to a terminal."""
    match format:
        case "json":
            from dmn_engine.report.findings import render_json

            return render_json(findings)
        case "github":
            from dmn_engine.report.findings import render_github

            return render_github(findings)
        case "sarif":
            from dmn_engine.api import VERSION
            from dmn_engine.report.findings import render_sarif

            return render_sarif(findings, version=VERSION)
        case "junit":
            from dmn_engine.report.findings import render_junit

            return render_junit(findings, files=files, fail_level=level, name=command)
        case "markdown":
            from dmn_engine.report.markdown import render_findings as render_markdown

            return render_markdown(findings)
    from dmn_engine.report.text import render_diagnostics

    return render_diagnostics(findings, color=output is None and has_color(sys.stdout))
