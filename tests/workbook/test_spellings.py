"""Dates, times and durations in other notations: every value in ISO 8601 that a text may mean."""

from __future__ import annotations

import pytest

from dmn_engine.workbook.cells.temporal import list_spellings

MEANINGS = {
    "2024-01-02": ["2024-01-02"],
    "2024/1/2": ["2024-01-02"],
    "2024.12.31": ["2024-12-31"],
    "2024 1 2": ["2024-01-02"],
    "2024–01–02": ["2024-01-02"],
    '"2024-01-02"': ["2024-01-02"],
    "24-01-02": [],
    "1/2/2024": ["2024-02-01 1 February", "2024-01-02 2 January"],
    "13/1/2024": ["2024-01-13 13 January"],
    "1/13/2024": ["2024-01-13 13 January"],
    "12/12/2024": ["2024-12-12 12 December"],
    "12/0/2024": ["2024-12-00 0 December"],
    "13/14/2024": [],
    "31. 1. 2024": ["2024-01-31 31 January"],
    "2 Jan 2024": ["2024-01-02"],
    "2nd January 2024": ["2024-01-02"],
    "Jan 2, 2024": ["2024-01-02"],
    "jun. 30th 2024": ["2024-06-30"],
    "30 February 2024": ["2024-02-30"],
    "2 foo 2024": [],
    "10:30": ["10:30:00"],
    "10.30": ["10:30:00"],
    "10h30": ["10:30:00"],
    "9:05:07": ["09:05:07"],
    "2 pm": ["14:00:00"],
    "2:30 p.m.": ["14:30:00"],
    "2 AM": ["02:00:00"],
    "12 am": ["00:00:00"],
    "12 pm": ["12:00:00"],
    "12": [],
    "2024-01-02 10:30": ["2024-01-02T10:30:00"],
    "2024-01-02 12": [],
    "2024-01-02 noon": [],
    "2 Jan 2024, 2 pm": ["2024-01-02T14:00:00"],
    "1/2/2024, 10:30": ["2024-02-01T10:30:00 1 February", "2024-01-02T10:30:00 2 January"],
    "then, 10:30": [],
    "3 weeks": ["P21D"],
    "2 wk": ["P14D"],
    "2y": ["P2Y"],
    "1 year": ["P1Y"],
    "5 mo": ["P5M"],
    "18 Months": ["P18M"],
    "2 days": ["P2D"],
    "4 h": ["PT4H"],
    "1 hour": ["PT1H"],
    "10 min": ["PT10M"],
    "10 minutes": ["PT10M"],
    "10 m": [],
    "ten days": [],
}


@pytest.mark.parametrize("text", MEANINGS)
def test_everything_that_a_text_may_mean(text: str) -> None:
    assert [f"{found.iso} {found.meaning}".strip() for found in list_spellings(text)] == MEANINGS[text]
