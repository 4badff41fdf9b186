"""Care plans as whole outputs in tests/cases/report: what a clinician reads, in every format."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from dmn_engine.model.decision_table import Tables
from dmn_engine.model.result import Result
from dmn_engine.report import html, markdown
from dmn_engine.report.plan import Plan
from dmn_engine.report.plan_building import build_plan
from dmn_engine.report.plan_text import render_plan
from dmn_engine.report.wording import show_answer

Golden = Callable[[str, str], None]
NAMES = ("determined", "undetermined", "faulty")


@pytest.fixture(params=NAMES)
def plan(request: pytest.FixtureRequest, tables: Tables) -> tuple[str, Plan]:
    result: Result = request.getfixturevalue(request.param)
    return request.param, build_plan(result, tables, origin="examples/patients/anna.json")


def test_text(plan: tuple[str, Plan], golden: Golden) -> None:
    golden(f"plan_{plan[0]}.txt", render_plan(plan[1]) + "\n")


def test_text_with_explanation(plan: tuple[str, Plan], golden: Golden) -> None:
    golden(f"plan_{plan[0]}_explained.txt", render_plan(plan[1], explain=True) + "\n")


def test_markdown(plan: tuple[str, Plan], golden: Golden) -> None:
    golden(f"plan_{plan[0]}.md", markdown.render_plan(plan[1], explain=True) + "\n")


def test_html(plan: tuple[str, Plan], golden: Golden) -> None:
    golden(f"plan_{plan[0]}.html", html.render_page([plan[1]], explain=True) + "\n")


def test_colours_add_nothing_but_colours(plan: tuple[str, Plan]) -> None:
    colored = render_plan(plan[1], color=True, explain=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == render_plan(plan[1], explain=True)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_only_what_cannot_be_broken_is_wider(plan: tuple[str, Plan], width: int) -> None:
    wide = [line for line in render_plan(plan[1], width=width, explain=True).splitlines() if len(line) > width]
    assert all("!" in line or "/" in line for line in wide)


def test_record_is_shown_whole_when_given(tables: Tables, determined: Result) -> None:
    plan = build_plan(determined, tables, record={"age": 62, "her2_status": "negative", "height_cm": 160})
    assert plan.given == (
        ("Age", "62 years"),
        ("HER2 status", "negative"),
        ("Bone metastases", "no (assumed)"),
        ("Height", "160 cm"),
    )


class _Outline(HTMLParser):
    """Checks that elements nest, and that nothing is fetched."""

    VOID = frozenset({"meta", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert tag not in {"script", "link", "img", "iframe"}
        assert not {"src", "href", "onclick"} & {name for name, _ in attributes}
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_page_nests_and_fetches_nothing(plan: tuple[str, Plan]) -> None:
    outline = _Outline()
    outline.feed(html.render_page([plan[1], plan[1]], explain=True))
    assert outline.open == []


def test_nothing_from_a_table_becomes_markup(tables: Tables, determined: Result) -> None:
    plan = build_plan(determined, tables, origin="<script>alert(1)</script>")
    assert "<script" not in html.render_page([plan])
    assert "<script" not in markdown.render_plan(plan).replace("\\<", "")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("1.804777610184208325309479408687062", "≈1.8048"),
        ("-2.00004999", "≈-2"),
        ("0.000123456789", "≈0.0001235"),
        ("12.3456", "12.3456"),
        ("0.00125", "0.00125"),
        ("33333333333333333333333333333.33333", "≈33333333333333333333333333333.3333"),
        ("1E+6000", "1E+6000"),
        ("0", "0"),
    ],
)
def test_long_decimals_are_rounded_and_marked(number: str, shown: str) -> None:
    assert show_answer(Decimal(number)) == shown
    assert show_answer({"Dose": [Decimal(number)]}) == f"Dose: {shown}"
