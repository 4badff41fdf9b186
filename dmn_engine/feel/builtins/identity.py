"""The built-in function `is` (DMN 1.5, 10.3.4.6, table 77)."""

from __future__ import annotations

from dmn_engine.feel import operators
from dmn_engine.feel.builtins.builtin import Builtin, Parameter
from dmn_engine.feel.types import ANY, BOOLEAN

BUILTINS: tuple[Builtin, ...] = (
    Builtin(
        "is",
        (Parameter("value1", ANY, nullable=True), Parameter("value2", ANY, nullable=True)),
        BOOLEAN,
        operators.is_same,
        "Whether two values are identical, including time zones.",
    ),
)
