"""The engine against the oracle on random models; `python -m tests.oracle.run` draws more of them."""

from __future__ import annotations

import pytest

from .comparing import Mode
from .laws import WAYS, draw_difference


@pytest.mark.parametrize(("form", "mode"), WAYS)
@pytest.mark.parametrize("computes", [False, True], ids=["constants", "computed"])
def test_the_engine_answers_as_the_oracle_does(form: str, mode: Mode, computes: bool) -> None:
    for number in range(1000, 1020):
        difference = draw_difference(number, form, mode, computes=computes)
        assert not difference, difference
