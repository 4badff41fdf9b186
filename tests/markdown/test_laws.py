"""Laws: every workbook that is written reads back equal; no page crashes the reader."""

from __future__ import annotations

import html
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dmn_engine.diagnostics import Diagnostic, LineRef, Severity
from dmn_engine.formats.markdown.cells import read_text, split_row, write_text
from dmn_engine.formats.markdown.reading import read_markdown
from dmn_engine.formats.markdown.writing import write_markdown
from dmn_engine.model.workbook_source import WorkbookSource
from tests.convert.workbooks import TEXTS, WORKBOOKS, strip_places

_OF_CONTENT = {  # what is wrong with a random workbook in every form
    *("approved-without-review", "test-without-expectation", "empty-cell", "similar-label", "similar-rule"),
    *("similar-test", "similar-property", "similar-reference", "duplicate-label", "duplicate-test"),
}


def list_faults(workbook: WorkbookSource) -> list[Diagnostic]:
    return [item for item in workbook.diagnostics if item.code not in _OF_CONTENT]


@given(text=TEXTS)
@settings(max_examples=500, deadline=None)
def test_any_text_reads_back(text: str) -> None:
    written = write_text(text)
    assert read_text(written) == text
    assert split_row(f"| {written} |") == [written]


@given(workbook=WORKBOOKS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_workbook_reads_back(workbook: WorkbookSource) -> None:
    page = write_markdown(workbook)
    read = read_markdown(page, "page.md")
    assert list_faults(read) == []
    assert strip_places(read) == strip_places(workbook)
    assert write_markdown(read) == page


_PIECES = [
    "<!-- dmn workbook -->\n",
    "## About\n",
    "## Decision: A\n",
    "- Hit policy: U\n",
    "| ",
    " |",
    "\n",
    "\\",
    "<br>",
]
_PIECES += [
    "Rule",
    "When<br>",
    "| --- |",
    "---",
    "## Tests\n",
    "<!-- text -->",
    "*Values*",
    "- ",
    "&#x0;",
    "&#xD800;",
    "<!--",
]
_PAGES = st.lists(st.sampled_from(_PIECES) | st.text(max_size=4), max_size=40).map("".join)


@given(page=_PAGES)
@settings(max_examples=300, deadline=None)
def test_no_page_makes_the_reader_fail(page: str) -> None:
    read = read_markdown(page, "page.md")
    lines = page.count("\n") + 1
    for item in read.diagnostics:
        assert isinstance(item.source.origin, LineRef)
        assert 0 <= item.source.origin.line <= lines
    again = read_markdown(write_markdown(read), "page.md")
    assert strip_places(again) == strip_places(read)
    if not any(item.severity is Severity.ERROR for item in read.diagnostics):
        assert list_faults(again) == []


_VISIBLE = st.text(st.characters(categories=("L", "N", "P", "S"), include_characters=" \n\u00a0"), max_size=15)


_NOT_COMPARED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]|(http|www\.).*[_~]", re.DOTALL)  # it links no addresses


@given(text=TEXTS.filter(lambda text: not _NOT_COMPARED.search(text)) | _VISIBLE)
@settings(max_examples=300, deadline=None)
def test_what_a_reviewer_sees_is_the_text(text: str) -> None:
    """Held to another reader of Markdown, with the tables and strike-through of GitHub."""
    renderer = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    page = renderer.render(f"| head |\n| --- |\n| x{write_text(text)}x |\n")
    cell = re.search(r"<td>(.*?)</td>", page, re.DOTALL)
    assert cell is not None
    assert html.unescape(re.sub(r"<br ?/?>", "\n", cell[1])) == f"x{text}x"
