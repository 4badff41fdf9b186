"""The JSON Schemas that the engine itself needs, wherever it is installed. Knows their names and no content."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dmn_engine.records.documents import Document, parse_json
from dmn_engine.records.validation import Validator

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_CHECKOUT = Path(__file__).parents[2] / "schemas"


@cache
def read_schema(name: str) -> Document:
    """The schema of that name: `patient`, `decision-table`, `about`, `test-case` or `result`.

    Raises FileNotFoundError where there is none of the name.
    """
    return parse_json((find_schemas() / f"{name}.schema.json").read_text(encoding="utf-8"), f"{name}.schema.json")


@cache
def load_validator(name: str) -> Validator:
    """The validator of the schema of that name, compiled once in a process. Raises FileNotFoundError."""
    return Validator(read_schema(name).value, is_record=name in ("patient", "about"))


def find_schemas() -> Traversable:
    """The folder of the schemas: in a wheel `dmn_engine/schemas`, in a checkout `schemas` beside the package."""
    from importlib.resources import files

    installed = files("dmn_engine") / "schemas"
    return installed if installed.is_dir() else _CHECKOUT
