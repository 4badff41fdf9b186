"""A small graph and its results, built by hand, as input for the renderers."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from dmn_engine.diagnostics import CellRef, Source, Span
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.syntax import StringLiteral
from dmn_engine.feel.types import BOOLEAN, NUMBER, STRING
from dmn_engine.model.data_dictionary import DataDictionary, Domain, Field
from dmn_engine.model.decision_table import (
    DecisionTable,
    HitPolicy,
    OutputClause,
    OutputEntry,
    Rule,
    Tables,
    Workbook,
)
from dmn_engine.model.result import Candidate, Condition, DecisionResult, FiredRule, Result, Status
from dmn_engine.model.workbook_source import CellSource

TOP = "tables/care_plan.xlsx"
FIRST_LINE = "tables/hr_positive_her2_negative/first_line.xlsx"
OPTION_LABELS = ("Regimen", "Agents", "Preference", "Key evidence", "Basis", "Source")

CASES = Path(__file__).parents[1] / "cases" / "report"


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compares a whole output with the file of that name; DMN_UPDATE_CASES=1 writes the file, to be reviewed."""

    def compare(name: str, text: str) -> None:
        file = CASES / name
        if os.environ.get("DMN_UPDATE_CASES"):
            file.write_text(text, encoding="utf-8")
        assert text == file.read_text(encoding="utf-8")

    return compare


ARTICLE = "Adjuvant Therapies for Stage 4 Breast Cancer, Praxis Medical Insights 2025, guideline"
UNLISTED = "cited as [6]; not listed by the article"


def cell(file: str, sheet: str, address: str, text: str = "") -> CellSource:
    return CellSource(Source(text, CellRef(file, sheet, address)))


def table(
    name: str, file: str, policy: HitPolicy, outputs: Mapping[str, bool], rules: Mapping[str, tuple[str, ...]]
) -> DecisionTable:
    """A table whose outputs are `Use` where the mapping says so; a rule is the texts of its outputs, from row 7 on."""
    columns = tuple(
        OutputClause(label, cell(file, name, f"{chr(67 + place)}5", label), STRING, Domain(), is_use)
        for place, (label, is_use) in enumerate(outputs.items())
    )
    built = []
    for row, (id, texts) in enumerate(rules.items(), 7):
        cells = []
        for place, (text, column) in enumerate(zip(texts, columns, strict=True)):
            source = cell(file, name, f"{chr(67 + place)}{row}", text)
            if column.is_use:
                cells.append(OutputEntry(source, None, text))
            else:
                cells.append(OutputEntry(source, StringLiteral(Span(0, len(text)), text)))
        built.append(Rule(id, cell(file, name, f"A{row}", id), (), tuple(cells)))
    return DecisionTable(
        name, f"What about {name.lower()}?", policy, (), columns, (), tuple(built), CellRef(file, name), file
    )


@pytest.fixture
def tables() -> Tables:
    """Care plan (sections by Use), Subtype, options by way of a router, and a paclitaxel dose."""
    fields = [
        Field("sex", "Sex", STRING, Domain(("female", "male", "other"))),
        Field("age", "Age", NUMBER, Domain(low=Decimal(0), high=Decimal(130), integer=True), "", "years"),
        Field("er_status", "ER status", STRING, Domain(("positive", "negative", "unknown")), "Most recent biopsy."),
        Field("her2_status", "HER2 status", STRING, Domain(("positive", "negative", "equivocal", "unknown"))),
        Field("line_of_therapy", "Line of therapy", NUMBER, Domain(low=Decimal(1), integer=True)),
        Field(
            "pik3ca_status",
            "PIK3CA status",
            STRING,
            Domain(("mutated", "wild_type", "unknown")),
            "Activating mutation of PIK3CA in tumour tissue or circulating tumour DNA, by a validated test.",
        ),
        Field("bone_metastases", "Bone metastases", BOOLEAN, Domain((True, False))),
        Field("height_cm", "Height", NUMBER, Domain(low=Decimal(0), low_closed=False), "", "cm"),
    ]
    built = [
        table(
            "Care plan",
            TOP,
            HitPolicy.RULE_ORDER,
            {"Section": False, "Content": True},
            {
                "CP-1": ("Subtype", "Subtype"),
                "CP-2": ("Systemic therapy", "Systemic therapy options"),
                "CP-3": ("Bone", "Bone-targeted therapy"),
            },
        ),
        table("Subtype", TOP, HitPolicy.UNIQUE, {"Subtype": False}, {"ST-1": ("HR+/HER2-",)}),
        table("In scope", TOP, HitPolicy.UNIQUE, {"In scope": False}, {"SC-1": ("yes",)}),
        table(
            "Systemic therapy options",
            TOP,
            HitPolicy.UNIQUE,
            {"Options": True},
            {"SO-1": ("HR+/HER2- first line",)},
        ),
        table(
            "HR+/HER2- first line",
            FIRST_LINE,
            HitPolicy.RULE_ORDER,
            dict.fromkeys(OPTION_LABELS, False),
            dict.fromkeys(("FL-1", "FL-2", "FL-3"), ("",) * 6),
        ),
        table("Bone-targeted therapy", TOP, HitPolicy.COLLECT, {"Agent": False}, {"BO-1": ("denosumab",)}),
    ]
    return Tables(
        DataDictionary({field.name: field for field in fields}),
        {item.name: item for item in built},
        {
            TOP: Workbook(TOP, "a1" * 32, {"Status": "in review", "Version": "0.3"}, {"1": ARTICLE}),
            FIRST_LINE: Workbook(FIRST_LINE, "b2" * 32, {"Status": "approved"}, {"1": ARTICLE, "6": UNLISTED}),
        },
    )


def fired(table: str, rule: str, place: str, basis: str = "source", *sources: str, **more: object) -> FiredRule:
    file = place.split("!")[0]
    review = "approved" if file == FIRST_LINE else "in review"
    return FiredRule(table, rule, (place,), basis, sources, review, **more)  # type: ignore[arg-type]  # checked by use


SUBTYPE_RULE = fired(
    "Subtype",
    "ST-1",
    f"{TOP}!Subtype!A7",
    "source",
    "[1,2]",
    conditions=(
        Condition("ER status", "positive", f"{TOP}!Subtype!B7", "positive", True),
        Condition("HER2 status", "negative", f"{TOP}!Subtype!C7", "negative", True),
    ),
)
SCOPE_RULE = fired("In scope", "SC-1", f"{TOP}!In scope!A7", "source", "[1]")
ROUTE_RULE = fired("Systemic therapy options", "SO-1", f"{TOP}!Systemic therapy options!A7", "")
OPTION_RULES = (
    fired(
        "HR+/HER2- first line",
        "FL-1",
        f"{FIRST_LINE}!Options!A7",
        "source",
        "[1]",
        note="measured before any ovarian suppression",
        conditions=(Condition("PIK3CA status", "-", f"{FIRST_LINE}!Options!B7", None, True),),
    ),
    fired("HR+/HER2- first line", "FL-2", f"{FIRST_LINE}!Options!A8", "inferred"),
    fired("HR+/HER2- first line", "FL-3", f"{FIRST_LINE}!Options!A9", "silent", "6"),
)


def option(regimen: str, agents: list[str], preference: str, evidence: str | None) -> dict[str, object]:
    return dict(zip(OPTION_LABELS, (regimen, agents, preference, evidence, "source", "[1]"), strict=True))


AI = option(
    "Aromatase inhibitor + CDK4/6 inhibitor",
    ["letrozole", "palbociclib"],
    "preferred",
    "longer progression-free survival than an aromatase inhibitor alone, in every subgroup that was looked at",
)
ALPELISIB = option("Fulvestrant + alpelisib", ["fulvestrant", "alpelisib"], "alternative", None)
NO_AGENT = option("source gives no recommendation; specialist decision", [], "", None)


def care_plan_item(section: str, content: object) -> dict[str, object]:
    return {"Section": section, "Content": content}


def result_of(*decisions: DecisionResult, needs: tuple[str, ...] = (), defaults: object = None) -> Result:
    return Result(
        decisions[-1].name,
        {item.name: item for item in decisions},
        needs,
        {TOP: "a1" * 32, FIRST_LINE: "b2" * 32},
        {TOP: "in review", FIRST_LINE: "approved"},
        "0.1.0",
        "Decision support for the treating clinician, who knows the patient and decides. "
        "It supports clinical judgement and never replaces it.",
        {"bone_metastases": False} if defaults else {},
    )


def plan_rules() -> tuple[FiredRule, ...]:
    return tuple(fired("Care plan", f"CP-{row - 6}", f"{TOP}!Care plan!A{row}", "") for row in (7, 8, 9))


@pytest.fixture
def determined() -> Result:
    """Everything known: two options and a silent row, no bone agent."""
    options = [AI, ALPELISIB, NO_AGENT]
    parts = [
        DecisionResult("In scope", True, Status.DETERMINED, (SCOPE_RULE,), inputs={"Sex": "female"}),
        DecisionResult(
            "Subtype",
            "HR+/HER2-",
            Status.DETERMINED,
            (SUBTYPE_RULE,),
            inputs={"ER status": "positive", "HER2 status": "negative"},
        ),
        DecisionResult(
            "HR+/HER2- first line",
            options,
            Status.DETERMINED,
            OPTION_RULES,
            is_list=True,
            inputs={"Line of therapy": Decimal(1), "Subtype": "HR+/HER2-"},
        ),
        DecisionResult("Systemic therapy options", options, Status.DETERMINED, (ROUTE_RULE,), is_list=True),
        DecisionResult("Bone-targeted therapy", [], Status.DETERMINED, is_list=True, inputs={"bone_metastases": False}),
    ]
    contents = ["HR+/HER2-", options, []]
    value = [
        care_plan_item(name, content)
        for name, content in zip(("Subtype", "Systemic therapy", "Bone"), contents, strict=True)
    ]
    candidates = tuple(Candidate(item, True, (), rule) for item, rule in zip(value, plan_rules(), strict=True))
    top = DecisionResult("Care plan", value, Status.DETERMINED, plan_rules(), (), candidates, True)
    return result_of(*parts, top, defaults=True)


@pytest.fixture
def undetermined() -> Result:
    """PIK3CA and bone status missing: one certain and one possible option, an open bone agent."""
    needs = ("pik3ca_status", "bone_metastases")
    candidates = (
        Candidate(AI, True, (), OPTION_RULES[0]),
        Candidate(ALPELISIB, False, ("pik3ca_status",), OPTION_RULES[1]),
    )
    bone_rule = fired("Bone-targeted therapy", "BO-1", f"{TOP}!Bone-targeted therapy!A7", "source", "[1]")
    parts = [
        DecisionResult("Subtype", "HR+/HER2-", Status.DETERMINED, (SUBTYPE_RULE,), inputs={"ER status": "positive"}),
        DecisionResult("HR+/HER2- first line", None, Status.UNDETERMINED, (), needs[:1], candidates, True),
        DecisionResult(
            "Systemic therapy options",
            None,
            Status.UNDETERMINED,
            (),
            needs[:1],
            (Candidate(None, True, (), ROUTE_RULE),),
            True,
        ),
        DecisionResult(
            "Bone-targeted therapy",
            None,
            Status.UNDETERMINED,
            (),
            needs[1:],
            (Candidate("denosumab", False, needs[1:], bone_rule),),
            True,
        ),
    ]
    sections = tuple(
        Candidate(care_plan_item(name, None), True, (), rule)
        for name, rule in zip(("Subtype", "Systemic therapy", "Bone"), plan_rules(), strict=True)
    )
    top = DecisionResult("Care plan", None, Status.UNDETERMINED, plan_rules(), needs, sections, True)
    return result_of(*parts, top, needs=needs)


@pytest.fixture
def faulty() -> Result:
    """Two rules of a unique table match: an error, and no answer."""
    error = EvaluationError(
        "Subtype: more than one rule of a unique table matches: ST-1, ST-4", Source("", f"{TOP}!Subtype")
    )
    computed = EvaluationError("cannot divide by 0", Source("Weight / 0", f"{TOP}!Dose!C7"), Span(7, 10))
    subtype = DecisionResult("Subtype", None, Status.ERROR, errors=(error, computed), inputs={"ER status": "positive"})
    top = DecisionResult("Care plan", None, Status.ERROR, errors=(error, computed))
    return result_of(subtype, top)
