"""Diagnostics as workflow commands of GitHub Actions, which annotate the files of a pull request."""

from __future__ import annotations

from collections.abc import Iterable

from dmn_engine.diagnostics import CellRef, Diagnostic, LineRef, Severity
from dmn_engine.report.text import list_causes, show_visibly

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render_github(diagnostics: Iterable[Diagnostic]) -> str:
    """One command a line: `::error file=F,title=CODE::Sheet!C7: message`; line breaks and separators are escaped.

    One that follows from another is only counted under it.
    """
    return "\n".join(_render_command(item, following) for item, following in list_causes(diagnostics))


def _render_command(item: Diagnostic, following: str) -> str:
    origin = item.source.origin
    properties = {"file": origin if isinstance(origin, str) else origin.file}
    place = ""
    if isinstance(origin, CellRef):
        place = "!".join(part for part in (origin.sheet, origin.cell) if part)
    elif isinstance(origin, LineRef):
        place = origin.element
        if origin.line:
            properties["line"] = str(origin.line)
    properties["title"] = item.code
    lines = [f"{place}: {item.message}" if place else item.message]
    if item.source.text:
        lines.append(f"cell: {item.source.text}" if isinstance(origin, CellRef) else f"text: {item.source.text}")
    lines += [f"see {source.origin}: {words}" for source, words in item.related]
    if item.help:
        lines.append(f"help: {item.help}")
    if following:
        lines.append(following)
    settings = ",".join(f"{key}={_escape_property(value)}" for key, value in properties.items())
    return f"::{_COMMANDS[item.severity]} {settings}::{_escape(chr(10).join(lines))}"


def _escape(text: str) -> str:
    return "%0A".join(show_visibly(line) for line in text.replace("%", "%25").splitlines())


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
