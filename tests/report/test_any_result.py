"""Laws of care plans: every result is shown without an exception, and completely."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from dmn_engine.diagnostics import Source
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.model.data_dictionary import DataDictionary
from dmn_engine.model.decision_table import Tables
from dmn_engine.model.result import Candidate, Condition, DecisionResult, FiredRule, Result, Status
from dmn_engine.model.unknown import ErrorValue, Unknown
from dmn_engine.report import html, markdown
from dmn_engine.report.plan_building import build_plan
from dmn_engine.report.plan_text import render_plan

TABLES = Tables(DataDictionary(), {}, {})
WORDS = st.text("ab <&|*_`[]\x1b\u00a0漢é", min_size=1, max_size=12).filter(str.strip)
LEAVES = st.none() | st.booleans() | st.decimals(-999, 999, places=2) | WORDS | st.just(Unknown(("age",)))
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3), max_leaves=6
)
RULES = st.builds(
    FiredRule,
    st.sampled_from(["Top", "Other"]),
    st.from_regex(r"R-[0-9]{3}", fullmatch=True),
    st.just(("tables/a b.xlsx!Sheet one!A7",)),
    st.sampled_from(["source", "inferred", "silent", "", "opinion"]),
    st.sampled_from([(), ("[1,2]",), ("6",)]),
    st.sampled_from(["", "draft", "approved"]),
    WORDS | st.just(""),
    st.lists(
        st.builds(Condition, WORDS, WORDS, st.just("a.xlsx!S!B7"), VALUES, st.none() | st.booleans()), max_size=2
    ).map(tuple),
)
CANDIDATES = st.builds(Candidate, VALUES, st.booleans(), st.sampled_from([(), ("age",)]), RULES)
DECISIONS = st.one_of(
    st.builds(lambda value, rule: DecisionResult("Top", value, Status.DETERMINED, (rule,)), VALUES, RULES),
    st.builds(
        lambda values, rules: DecisionResult("Top", values, Status.DETERMINED, tuple(rules), is_list=True),
        st.lists(VALUES, max_size=3),
        st.lists(RULES, max_size=3),
    ),
    st.builds(
        lambda candidates, is_list: DecisionResult(
            "Top", None, Status.UNDETERMINED, (), ("age",), tuple(candidates), is_list
        ),
        st.lists(CANDIDATES, max_size=4),
        st.booleans(),
    ),
    st.builds(
        lambda message: DecisionResult(
            "Top", None, Status.ERROR, errors=(EvaluationError(message, Source("", "a.xlsx!S!C7")),)
        ),
        WORDS,
    ),
)


@settings(max_examples=150, deadline=None)
@given(DECISIONS, st.integers(60, 100))
def test_every_reason_is_shown(decision: DecisionResult, width: int) -> None:
    result = Result("Top", {"Top": decision}, decision.needs, {"a.xlsx": "0" * 64}, {}, "0", "disclaimer")
    plan = build_plan(result, TABLES, record={"age": Decimal(3)})
    shown = [
        render_plan(plan, width=width, explain=True),
        render_plan(plan, width=width, color=True),
        markdown.render_plan(plan),
        html.render_page([plan]),
    ]
    rules = [*decision.rules, *(candidate.rule for candidate in decision.candidates if candidate.rule)]
    for text in shown:
        for rule in rules:
            assert rule.rule in text
        assert "NOT" in text and "disclaimer" in text
        for error in decision.errors:
            assert error.origin.split("!")[0] in text


def test_what_cannot_be_told_says_so() -> None:
    value = {"Dose mg": Unknown(("weight_kg",)), "Dose": ErrorValue(())}
    result = Result("Top", {"Top": DecisionResult("Top", value, Status.DETERMINED)}, (), {}, {}, "0", "")
    assert "Dose mg: not yet known" in render_plan(build_plan(result, TABLES))
