"""The engine against the oracle on random models; `python -m tests.oracle.run` draws more of them."""

from __future__ import annotations

import pytest

from .comparing import Mode
from .laws import WAYS, draw_differences


@pytest.mark.parametrize(("form", "mode"), WAYS)
@pytest.mark.parametrize("computes", [False, True], ids=["constants", "computed"])
def test_the_engine_answers_as_the_oracle_does(form: str, mode: Mode, computes: bool) -> None:
    difference = draw_differences(form, mode, 1, 20, computes=computes)
    assert not difference, difference
