"""The page of built-in functions is what their records say, and the examples in the docstrings of `feel` run."""

from __future__ import annotations

import doctest
import runpy

from dmn_engine import feel
from tests.docs.pages import ROOT, read_page


def test_page_of_functions_is_up_to_date() -> None:
    written = runpy.run_path(str(ROOT / "docs" / "write_functions.py"))
    assert read_page("docs/functions.md") == written["render"](), "run docs/write_functions.py"


def test_examples_in_docstrings_run() -> None:
    result = doctest.testmod(feel)
    assert result.attempted >= 3
    assert result.failed == 0
