"""The shipped tables, loaded once."""

from __future__ import annotations

import pytest

import dmn_engine
from dmn_engine.api import Model

from .patients import ROOT


@pytest.fixture(scope="session")
def model() -> Model:
    return dmn_engine.load(ROOT / "tables", schemas=ROOT / "schemas")
