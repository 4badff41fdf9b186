"""The location of the conformance kit, and the lowest allowed score of each folder."""

from __future__ import annotations

import os
from pathlib import Path

KIT = Path(os.environ.get("DMN_TCK", Path(__file__).parents[2] / ".." / "shared" / "tck"))
"""The kit, as it is laid out: compliance-level-N/TEST/*.dmn and *.xml."""

FLOOR = Path(__file__).parents[1] / "cases" / "tck" / "floor.toml"
