"""Collect the findings of several sets of tables, and choose how to write them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from dmn_cli.options import find_set, load_tables
from dmn_cli.output import has_color
from dmn_engine.api import VERSION, Overlaps
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
    from dmn_engine.report import findings as forms
    from dmn_engine.report import markdown, text

    match format:
        case "json":
            return forms.render_json(findings)
        case "github":
            return forms.render_github(findings)
        case "sarif":
            return forms.render_sarif(findings, version=VERSION)
        case "junit":
            return forms.render_junit(findings, files=files, fail_level=level, name=command)
        case "markdown":
            return markdown.render_findings(findings)
    return text.render_diagnostics(findings, color=output is None and has_color(sys.stdout))
