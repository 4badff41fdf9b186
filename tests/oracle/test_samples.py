"""The engine against the oracle on models of fixed numbers, one a test: quick enough for every mutant of `make mutate`.

`test_laws.py` draws other models, and makes the model of a difference small.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from .generators import Drawing, draw_model
from .laws import WAYS, find_differences


@pytest.mark.parametrize("number", range(60))
def test_the_engine_answers_as_the_oracle_does(number: int, tmp_path: Path) -> None:
    model = draw_model(Drawing(Random(number).randint, computes=number % 3 != 0))
    for form, mode in WAYS:
        if form in ("json", "dmn", "why not"):
            assert not [*map(str, find_differences(model, form, mode, tmp_path))]
