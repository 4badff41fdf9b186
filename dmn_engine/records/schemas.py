"""The JSON Schemas that the engine itself needs, wherever it is installed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dmn_engine.records.documents import Document, parse_json
from dmn_engine.records.validation import Validator

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_ENDING = ".schema.json"
_CHECKOUT = Path(__file__).parents[2] / "schemas"


@cache
def read_schema(name: str) -> Document:
    """The schema of that name: `patient`, `decision-table`, `workbook`, `about`, `test-case` or `result`.

    Raises FileNotFoundError where there is none of the name.
    """
    return parse_json((find_schemas() / f"{name}{_ENDING}").read_text(encoding="utf-8"), f"{name}{_ENDING}")


@cache
def load_validator(name: str) -> Validator:
    """The validator of the schema of that name, compiled once in a process. Raises FileNotFoundError."""
    return Validator(bundle_schema(name), is_record=name in ("patient", "about"))


def bundle_schema(name: str) -> object:
    """The schema of that name with the other schemas that it refers to in its `$defs`, so that it stands alone.

    Raises FileNotFoundError where there is none of the name.
    """
    others: dict[str, object] = {}
    bundled = _refer_inside(read_schema(name).value, "#", others)
    if not others or not isinstance(bundled, dict):
        return bundled
    return {**bundled, "$defs": {**bundled.get("$defs", {}), **others}}


def _refer_inside(value: Any, root: str, others: dict[str, object]) -> Any:
    """A part of a schema whose own root will be at the pointer `root`; `others` gets the schemas of other files."""
    if isinstance(value, list):
        return [_refer_inside(item, root, others) for item in value]
    if not isinstance(value, Mapping):
        return value
    written = {key: _refer_inside(item, root, others) for key, item in value.items() if key != "$id" or root == "#"}
    reference = value.get("$ref")
    if isinstance(reference, str):
        file, _, pointer = reference.partition("#")
        if file and file not in others:
            others[file] = {}  # before it is read: two schemas may refer to each other
            others[file] = _refer_inside(read_schema(file.removesuffix(_ENDING)).value, f"#/$defs/{file}", others)
        written["$ref"] = (f"#/$defs/{file}" if file else root) + pointer
    return written


def find_schemas() -> Traversable:
    """The folder of the schemas: in a wheel `dmn_engine/schemas`, in a checkout `schemas` beside the package."""
    from importlib.resources import files

    installed = files("dmn_engine") / "schemas"
    return installed if installed.is_dir() else _CHECKOUT
