"""Names that hints may offer for a misspelt one: never another drug, group of patients, receptor or number."""

from __future__ import annotations

import pytest

from dmn_engine.diagnostics import nearest_name


@pytest.mark.parametrize(
    ("word", "choices", "offered"),
    [
        ("postive", ["positive", "negative"], "positive"),
        ("pos\u200bitive", ["positive", "negative"], "positive"),
        ("“positive”", ["positive", "negative"], "positive"),
        ("Hieght", ["Height", "Weight"], "Height"),
        ("palbociclb", ["palbociclib", "ribociclib"], "palbociclib"),
        ("Bone metastasis", ["Bone metastases"], "Bone metastases"),
        ("HER2 statsu", ["HER2 status", "ER status"], "HER2 status"),
        ("HER-2 Status", ["HER2 status", "ER status"], "HER2 status"),
        ("wild type", ["wild_type", "mutated"], "wild_type"),
        ("agee", ["age", "sex"], "age"),
        ("Boneagent", ["Bone agent"], "Bone agent"),
    ],
)
def test_one_typing_error_is_offered(word: str, choices: list[str], offered: str) -> None:
    assert nearest_name(word, choices) == offered


@pytest.mark.parametrize(
    ("word", "choices"),
    [
        ("HER2-positive first line options", ["HR-positive first line options"]),  # two letters
        ("hight", ["weight"]),
        ("HR status", ["ER status"]),  # an abbreviation
        ("HER status", ["ER status"]),
        ("pr_status", ["er_status"]),  # a short word
        ("her_status", ["er_status"]),
        ("HR-/HER2+", ["HR+/HER2+"]),  # a sign
        ("HR+/HER2", ["HR+/HER2-"]),
        ("grade 2", ["grade 3"]),  # a digit
        ("Stage III", ["Stage II"]),
        ("typical", ["atypical"]),  # the first letter
        ("symptomatic", ["asymptomatic"]),
        ("Neight", ["Weight", "Height"]),  # two names
        ("HER2+/HR", ["HER2+/HR+", "HER2+/HR-"]),
        ("posi", ["positive"]),
        ("", ["a"]),
        ("x", []),
    ],
)
def test_nothing_else_is_offered(word: str, choices: list[str]) -> None:
    assert nearest_name(word, choices) is None
