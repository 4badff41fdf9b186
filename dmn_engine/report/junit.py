"""Diagnostics as JUnit XML, which continuous integration shows as tests: a suite a file, a case a finding."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as Xml

from dmn_engine.diagnostics import Diagnostic, Severity
from dmn_engine.report.text import render_diagnostic, show_visibly


def render_junit(
    diagnostics: Iterable[Diagnostic], *, files: Iterable[str] = (), fail_level: Severity = Severity.ERROR
) -> str:
    """Findings at the fail level or graver are failures, others pass with their text as output.

    A file of `files` without findings is a suite with one passing case, so that it is seen to have been read.
    """
    by_file: dict[str, list[Diagnostic]] = {file: [] for file in files}
    for item in diagnostics:
        origin = item.source.origin
        by_file.setdefault(origin if isinstance(origin, str) else origin.file, []).append(item)
    failures = 0
    root = Xml.Element("testsuites", name="dmn check")
    for file, items in by_file.items():
        failing = sum(item.severity.rank <= fail_level.rank for item in items)
        failures += failing
        name = show_visibly(file)
        suite = Xml.SubElement(root, "testsuite", name=name, tests=str(len(items) or 1), failures=str(failing))
        if not items:
            Xml.SubElement(suite, "testcase", classname=name, name="no findings")
        for item in items:
            _add_case(suite, name, item, is_failure=item.severity.rank <= fail_level.rank)
    root.set("tests", str(sum(len(items) or 1 for items in by_file.values())))
    root.set("failures", str(failures))
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode")


def _add_case(suite: Xml.Element, file: str, item: Diagnostic, *, is_failure: bool) -> None:
    place = show_visibly(str(item.source.origin)).removeprefix(file).lstrip("!: ")
    case = Xml.SubElement(suite, "testcase", classname=file, name=f"{place} {item.code}".strip())
    if is_failure:
        inner = Xml.SubElement(case, "failure", type=item.code, message=show_visibly(item.message))
    else:
        inner = Xml.SubElement(case, "system-out")
    inner.text = render_diagnostic(item)
