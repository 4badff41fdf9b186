"""A foreign workbook as a model: its `Definitions` and the examples that it carries. Knows no layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dmn_engine.diagnostics import CellRef, Diagnostic
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.definitions import Definitions


@dataclass(frozen=True, slots=True)
class ForeignExample:
    """An example of the workbook: values by the names of input data, expected values by the names of decisions.

    `inputs` are ready for `drg.compiler.CompiledModel.evaluate`; `origin` is the row (or column) of the example.
    """

    name: str
    inputs: Mapping[str, Value]
    expected: Mapping[str, Value]
    origin: CellRef


@dataclass(frozen=True, slots=True)
class ForeignModel:
    """A workbook of someone else's layout as a model.

    Every diagnostic of reading it is in `definitions.diagnostics`, in the order of its cells. `layout` is the name of
    the layout, for people: `pyDMNrules`, `WHO SMART DAK`. `lost` are the errors of examples that could not be read;
    among the diagnostics they are warnings, because the tables can be used without the examples.
    """

    definitions: Definitions
    examples: tuple[ForeignExample, ...] = ()
    layout: str = ""
    lost: tuple[Diagnostic, ...] = ()
