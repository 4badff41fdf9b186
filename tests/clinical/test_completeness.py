"""Nobody in scope is left without an answer: each subtype, line and menopausal status has an option."""

from __future__ import annotations

from itertools import product

import pytest

from dmn_engine.api import Model

from .patients import PATIENT

RECEPTORS = {
    "HR+/HER2-": {"er_status": "positive", "pr_status": "unknown", "her2_status": "negative"},
    "HER2+/HR+": {"er_status": "positive", "pr_status": "negative", "her2_status": "positive"},
    "HER2+/HR-": {"er_status": "negative", "pr_status": "negative", "her2_status": "positive"},
    "HER2+/HR unknown": {"er_status": "negative", "pr_status": "unknown", "her2_status": "positive"},
    "triple-negative": {"er_status": "negative", "pr_status": "negative", "her2_status": "negative"},
    "undetermined": {"er_status": "positive", "pr_status": "positive", "her2_status": "equivocal"},
}
BURDENS = [
    {},
    {"visceral_crisis": True},
    {"symptomatic_visceral_metastases": True},
    {"life_threatening_metastases": True},
    {"concern_for_endocrine_resistance": True},
    {"progressed_on_adjuvant_endocrine_therapy": True, "adjuvant_endocrine_therapy": "ongoing"},
]
EXPOSURES = [{"prior_anthracycline": a, "prior_taxane": b} for a, b in product((False, True), repeat=2)]


@pytest.mark.parametrize("subtype", RECEPTORS)
@pytest.mark.parametrize("line", range(1, 6))
@pytest.mark.parametrize("menopausal_status", ["premenopausal", "postmenopausal", "unknown"])
def test_options_for_every_patient(model: Model, subtype: str, line: int, menopausal_status: str) -> None:
    exposures = EXPOSURES if subtype == "triple-negative" else EXPOSURES[:1]
    for burden, exposure in product(BURDENS, exposures):
        record = PATIENT | RECEPTORS[subtype] | burden | exposure
        record |= {"line_of_therapy": line, "menopausal_status": menopausal_status}
        result = model.evaluate(record, decision="Systemic therapy options")
        options = result.value
        assert result["Subtype"].value == subtype
        assert isinstance(options, list) and options, record
        assert any(option["Drug classes"] or option["Basis"] != "source" for option in options), record
        assert not result.errors
