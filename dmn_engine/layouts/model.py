"""The interface of a layout of workbooks, and the model that it makes of a workbook: definitions and examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from dmn_engine.diagnostics import CellRef, Diagnostic, Diagnostics
from dmn_engine.formats.xlsx.workbook import GridBook
from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.definitions import Definitions


@dataclass(frozen=True, slots=True)
class ForeignExample:
    """An example of the workbook: values by the names of input data, expected values by the names of decisions.

    `inputs` are ready for `CompiledModel.evaluate`; `origin` is the row (or column) of the example.
    """

    name: str
    inputs: Mapping[str, Value]
    expected: Mapping[str, Value]
    origin: CellRef


@dataclass(frozen=True, slots=True)
class ForeignModel:
    """A workbook in a foreign layout as a model.

    Every diagnostic of reading it is in `definitions.diagnostics`, in the order of its cells. `layout` is the name of
    the layout, for people: `pyDMNrules`, `WHO SMART DAK`. `lost` are the errors of examples that could not be read;
    among the diagnostics they are warnings, because the tables can be used without the examples.
    """

    definitions: Definitions
    examples: tuple[ForeignExample, ...] = ()
    layout: str = ""
    lost: tuple[Diagnostic, ...] = ()


@runtime_checkable
class Layout(Protocol):
    """A way to lay out decision tables on sheets: a plug-in of the group `dmn_engine.layouts`, such as a module.

    `GridBook` has the sheets as stored: texts, kinds, merged areas, comments, styles.
    """

    LAYOUT: str
    """The name of the layout, for people."""

    def recognise(self, book: GridBook) -> bool:
        """Whether the workbook is of the layout, by labels and marks, never by a name of a file or sheet.

        Never for a workbook of the engine's own layout, also a broken one, nor for another layout: in doubt, no.
        """

    def read(self, book: GridBook, diagnostics: Diagnostics) -> ForeignModel:
        """The model of a workbook that is recognised. Never raises for what the workbook holds.

        `diagnostics` holds what reading the file found; what the layout finds is appended, and the result's
        `definitions.diagnostics` are all of them, sorted. Every rule is there: what is not understood stays in its
        rule as text, and its cell is reported.
        """
