"""The engine against the oracle on random models; `python -m tests.oracle.run` draws more of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from .comparing import Mode
from .generators import models
from .laws import WAYS, find_differences
from .model import Model


@pytest.mark.parametrize(("form", "mode"), WAYS)
def test_the_engine_answers_as_the_oracle_does(form: str, mode: Mode, tmp_path: Path) -> None:
    @settings(
        max_examples=25 if form == "forms" else 50,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(models())
    def law(model: Model) -> None:
        found = find_differences(model, form, mode, tmp_path)
        assert not found, found

    law()
