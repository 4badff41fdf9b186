"""Convert columns of a DataFrame to Python values and back, exactly."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from dmn_engine.feel.types import ANY, BOOLEAN, NUMBER, STRING, Type
from dmn_engine.feel.values import to_python
from dmn_engine.model.data_dictionary import Value

if TYPE_CHECKING:
    import pandas

_LONGEST_INTEGER = 2**63 - 1


def list_cells(column: pandas.Series) -> list[object]:
    """The cells as Python values, None where a cell is empty.

    Floats keep their shortest text: of a column of float32, 0.1 is 0.1.
    """
    import pandas

    empty = column.isna().tolist()
    if isinstance(column.dtype, pandas.CategoricalDtype):
        column = column.astype(object)
    kind = getattr(column.dtype, "kind", "O")
    if kind == "f":
        cells: list[object] = [Decimal(str(cell)) for cell in column.to_numpy(na_value=math.nan)]
    elif kind in "iub":
        cells = list(column.astype(object))
    else:
        cells = column.astype(object).tolist()
    return [None if gone else cell for cell, gone in zip(cells, empty, strict=True)]


def freeze_cell(cell: object) -> Hashable:
    """A key that is equal for equal cells of one type only: True is not 1."""
    if isinstance(cell, list | tuple | set | frozenset):
        return (list, tuple(freeze_cell(item) for item in cell))
    if hasattr(cell, "tolist") and not isinstance(cell, Hashable):  # an array of numpy
        return freeze_cell(cell.tolist())
    if isinstance(cell, dict):
        return (dict, tuple((name, freeze_cell(item)) for name, item in cell.items()))
    return (type(cell), cell) if isinstance(cell, Hashable) else (type(cell), id(cell))


def build_column(values: Sequence[Value], index: pandas.Index, type_: Type = ANY) -> pandas.Series:
    """A column of FEEL values: booleans, whole numbers, numbers or texts where all but the missing are, else objects.

    Where no value is present the type decides. Numbers become floats only where every one has the same shortest text
    as a float; else they stay decimals.
    """
    import pandas

    present = [value for value in values if value is not None]
    dtype, convert = _choose_dtype(present) if present else (_DTYPES.get(type_, "object"), _same)
    cells = [None if value is None else convert(value) for value in values]
    return pandas.Series(cells, index=index, dtype=dtype)


_DTYPES: Mapping[Type, str] = {BOOLEAN: "boolean", STRING: "string", NUMBER: "Float64"}


def _choose_dtype(values: Sequence[Value]) -> tuple[str, Callable[[Value], object]]:
    """The dtype that holds all values unchanged, and how a value becomes a cell of it."""
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return "boolean", _same
    if kinds == {str}:
        return "string", _same
    if kinds == {Decimal}:
        numbers = [value for value in values if isinstance(value, Decimal)]
        if all(value == value.to_integral_value() and abs(value) <= _LONGEST_INTEGER for value in numbers):
            return "Int64", _to_int
        if all(Decimal(repr(float(value))) == value for value in numbers):
            return "Float64", _to_float
        return "object", _same
    return "object", to_python


def _same(value: Value) -> object:
    return value


def _to_int(value: Value) -> object:
    return int(value) if isinstance(value, Decimal) else value


def _to_float(value: Value) -> object:
    return float(value) if isinstance(value, Decimal) else value
