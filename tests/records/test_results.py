"""The JSON of every result satisfies schemas/result.schema.json and can be written."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dmn_engine.feel.errors import EvaluationError
from dmn_engine.feel.temporal import Date
from dmn_engine.feel.values import Range
from dmn_engine.model.result import Candidate, Condition, DecisionResult, FiredRule, Result, Status
from dmn_engine.model.unknown import ErrorValue, Unknown
from dmn_engine.records import load_validator
from dmn_engine.records.conversion import to_exact
from dmn_engine.report.result_document import to_dict

NAMES = st.text("abc ", min_size=1, max_size=3)
NAME_LISTS = st.lists(NAMES, max_size=3).map(tuple)
VALUES: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.text(max_size=3)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.just(Date(-44, 3, 15))
    | st.just(Range(Decimal(1), Decimal(2), True, False)),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=4,
)
RULES = st.builds(
    FiredRule,
    NAMES,
    NAMES,
    NAME_LISTS,
    NAMES,
    NAME_LISTS,
    NAMES,
    NAMES,
    st.lists(st.builds(Condition, NAMES, NAMES, NAMES, VALUES, st.none() | st.booleans()), max_size=1).map(tuple),
)
CANDIDATES = st.booleans().flatmap(
    lambda certain: st.builds(
        Candidate, VALUES, st.just(certain), st.just(()) if certain else NAME_LISTS, st.none() | RULES
    )
)
DECISIONS = st.builds(
    DecisionResult,
    NAMES,
    VALUES,
    st.sampled_from(Status),
    st.lists(RULES, max_size=2).map(tuple),
    NAME_LISTS,
    st.lists(CANDIDATES, max_size=2).map(tuple),
    st.booleans(),
    st.dictionaries(NAMES, VALUES, max_size=2),
    st.lists(st.builds(EvaluationError, NAMES), max_size=1).map(tuple),
)
RESULTS = st.dictionaries(NAMES, DECISIONS, min_size=1, max_size=2).flatmap(
    lambda decisions: st.builds(
        Result,
        st.sampled_from(sorted(decisions)),
        st.just(decisions),
        NAME_LISTS,
        st.dictionaries(NAMES, st.just("0" * 64), max_size=1),
        st.dictionaries(NAMES, NAMES, max_size=1),
        st.just("0.1.0"),
        st.just("No advice."),
        st.dictionaries(NAMES, VALUES, max_size=1),
    )
)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(RESULTS)
def test_a_result_satisfies_its_schema(result: Result) -> None:
    written = json.dumps(to_dict(result), allow_nan=False)
    assert load_validator("result").validate(to_exact(json.loads(written)), str) == ()


def test_a_value_is_shown_only_where_it_is_determined() -> None:
    candidates = (Candidate("x", True), Candidate("y", False, ("age",)))
    decisions = {
        "D": DecisionResult("D", None, Status.UNDETERMINED, needs=("age",), candidates=candidates),
        "E": DecisionResult("E", ["x"], Status.DETERMINED, candidates=candidates[:1], is_list=True),
    }
    shown: Any = to_dict(Result("D", decisions, ("age",), {}, {}, "0.1.0", "No advice."))
    assert (shown["value"], shown["status"], shown["needs"]) == (None, "undetermined", ["age"])
    assert shown["decisions"]["D"]["possible"] == ["x", "y"]
    assert (shown["decisions"]["E"]["value"], shown["decisions"]["E"]["possible"]) == (["x"], [])
    assert shown["decisions"]["D"]["candidates"][1] == {"value": "y", "certain": False, "needs": ["age"], "rule": None}


def test_parts_without_a_value_say_why() -> None:
    value = [{"dose": Unknown(("height_cm",)), "note": ErrorValue((EvaluationError("division by zero"),))}]
    decision = DecisionResult("D", value, Status.DETERMINED)
    shown: Any = to_dict(Result("D", {"D": decision}, (), {}, {}, "0.1.0", "No advice."))
    assert shown["value"] == [
        {
            "dose": {"status": "undetermined", "needs": ["height_cm"]},
            "note": {"status": "error", "errors": ["division by zero"]},
        }
    ]


def test_numbers_past_double_precision_are_texts() -> None:
    values = [Decimal("0.1"), Decimal(3), Decimal("3.0"), Decimal("0.1234567890123456789"), Decimal(2**53 + 1)]
    decision = DecisionResult("D", values, Status.DETERMINED)
    shown: Any = to_dict(Result("D", {"D": decision}, (), {}, {}, "0.1.0", "No advice."))
    assert shown["value"] == [0.1, 3, 3, "0.1234567890123456789", "9007199254740993"]
