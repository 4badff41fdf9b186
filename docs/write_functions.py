"""Write docs/functions.md, the page of all built-in functions, from their records."""

from __future__ import annotations

import re
from pathlib import Path

from dmn_engine.feel.builtins import BUILTINS
from dmn_engine.feel.builtins.builtin import Builtin
from dmn_engine.feel.types import Type

PAGE = Path(__file__).with_name("functions.md")
HEAD = """# Built-in functions of FEEL

All built-in functions that expressions can call (DMN 1.5, 10.3.4), one line for each signature. `?` marks a parameter
that may be omitted, `...` one that takes any number of values.

`docs/write_functions.py` writes this page from the records of the functions.

| signature | result | meaning |
| --- | --- | --- |
"""


def render() -> str:
    """The text of the page."""
    records = [record for name in sorted(BUILTINS) for record in BUILTINS[name]]
    return HEAD + "".join(f"| `{_sign(item)}` | `{_name(item.result)}` | {item.doc} |\n" for item in records)


def _sign(record: Builtin) -> str:
    parameters = (
        item.name + ("?" if item.optional else "") + ("..." if item.variadic else "") + f": {_name(item.type)}"
        for item in record.parameters
    )
    return f"{record.name}({', '.join(parameters)})"


def _name(type_: Type) -> str:
    """The name of a type; of a list, range, context or function without known parts, the one word."""
    return re.sub(r"<(?:Any)?>(?: -> Any)?", "", str(type_))


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
