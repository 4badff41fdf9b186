"""The example patients and the facts of tests/cases/clinical, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "clinical"

PATIENT: dict[str, Any] = tomllib.loads((CASES / "base.toml").read_text())["patient"]
FACTS: list[dict[str, Any]] = tomllib.loads((CASES / "facts.toml").read_text())["fact"]


@dataclass(frozen=True)
class Case:
    """An example patient: the record, what is expected of which decision, and the facts that it shows."""

    name: str
    facts: tuple[str, ...]
    record: dict[str, Any]
    expect: tuple[dict[str, Any], ...]


def read_cases() -> Iterator[Case]:
    """All cases of all sections."""
    for path in sorted(CASES.glob("[0-9]_*.toml")):
        for item in tomllib.loads(path.read_text())["case"]:
            left_out = set(item.get("missing", ()))
            kept = item.get("only_fields", PATIENT)
            record = {name: value for name, value in PATIENT.items() if name in kept} | item.get("record", {})
            record = {name: value for name, value in record.items() if name not in left_out}
            yield Case(f"{path.stem}: {item['name']}", tuple(item["facts"]), record, tuple(item["expect"]))
