"""Diagnostics as JUnit XML, which continuous integration shows as tests: a suite a file, a case a finding."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as Xml

from dmn_engine.diagnostics import Diagnostic, Severity
from dmn_engine.report.text import list_causes, render_diagnostic, show_visibly


def render_junit(
    diagnostics: Iterable[Diagnostic],
    *,
    files: Iterable[str] = (),
    fail_level: Severity = Severity.ERROR,
    name: str = "dmn check",
) -> str:
    """Findings at the fail level or graver are failures, others pass with their text as output.

    One that follows from another is skipped, with the place of that one. A file of `files` without findings is a suite
    with one passing case, so that it is seen to have been read.
    """
    every = list(diagnostics)
    causes = dict(list_causes(every))
    by_file: dict[str, list[Diagnostic]] = {file: [] for file in files}
    for item in every:
        origin = item.source.origin
        by_file.setdefault(origin if isinstance(origin, str) else origin.file, []).append(item)
    failures = 0
    root = Xml.Element("testsuites", name=name)
    for file, items in by_file.items():
        failing = [item for item in items if item in causes and item.severity.rank <= fail_level.rank]
        failures += len(failing)
        shown = show_visibly(file)
        suite = Xml.SubElement(root, "testsuite", name=shown, tests=str(len(items) or 1), failures=str(len(failing)))
        if not items:
            Xml.SubElement(suite, "testcase", classname=shown, name="no findings")
        for item in items:
            _add_case(suite, shown, item, causes.get(item), is_failure=item in failing)
    root.set("tests", str(sum(len(items) or 1 for items in by_file.values())))
    root.set("failures", str(failures))
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode")


def _add_case(suite: Xml.Element, file: str, item: Diagnostic, following: str | None, *, is_failure: bool) -> None:
    """Add a finding with the line that counts what follows from it; without one it follows from another."""
    place = show_visibly(str(item.source.origin)).removeprefix(file).lstrip("!: ")
    case = Xml.SubElement(suite, "testcase", classname=file, name=f"{place} {item.code}".strip())
    if is_failure:
        inner = Xml.SubElement(case, "failure", type=item.code, message=show_visibly(item.message))
    elif following is None:
        inner = Xml.SubElement(case, "skipped", message=f"follows from {show_visibly(item.follows)}")
    else:
        inner = Xml.SubElement(case, "system-out")
    inner.text = "\n".join([render_diagnostic(item), *([f"  {following}"] if following else [])])
