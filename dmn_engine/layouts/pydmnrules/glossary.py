"""Read the sheet `Glossary`: variables with their business concepts and attributes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from dmn_engine.diagnostics import CellRef, Diagnostics, Source, nearest_name, offer
from dmn_engine.feel.tokens import TokenKind, tokenise
from dmn_engine.layouts.pydmnrules.sheet import SheetView
from dmn_engine.model.cell_text import squeeze
from dmn_engine.model.names import choose_free, is_name
from dmn_engine.model.workbook_source import CellSource

HEADINGS = ("Variable", "Business Concept", "Attribute")
EXECUTE = "Execute"
"""The heading of a column that names the table to execute next; no variable may have this name."""

_WITHOUT_GLOSSARY = "Data"
_WORDS = (TokenKind.WORD, TokenKind.NUMBER)


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """A variable: its text, the FEEL name made of it, and `Concept.attribute`, its other name in expressions.

    `notes` are the columns behind the attribute: heading and text.
    """

    variable: str
    name: str
    concept: str
    attribute: str
    origin: CellRef
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def item(self) -> str:
        """`Concept.attribute`."""
        return f"{self.concept}.{self.attribute}"


@dataclass(slots=True)
class Glossary:
    """The variables by their text. `is_written` says that the workbook has a sheet for them."""

    is_written: bool = False
    entries: dict[str, GlossaryEntry] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    items: dict[str, GlossaryEntry] = field(default_factory=dict)
    concepts: set[str] = field(default_factory=set)

    def add(
        self, variable: str, concept: str, attribute: str, origin: CellRef, notes: tuple[tuple[str, str], ...] = ()
    ) -> GlossaryEntry | None:
        """Add a variable under a FEEL name that none has yet; the first variable with the same item, if there is."""
        name = make_name(variable, self.names)
        entry = GlossaryEntry(variable, name, concept, attribute, origin, notes)
        self.entries[variable] = entry
        self.names.add(name)
        self.concepts.add(concept)
        first = self.items.setdefault(entry.item, entry)
        return None if first is entry else first

    def declare(self, cell: CellSource) -> bool:
        """Know the variable of a heading; without a sheet for them, all headings are variables. Whether it is known."""
        variable = cell.text
        if variable in self.entries:
            return True
        if self.is_written or not variable:
            return False
        attribute = _make_attribute(variable)
        while f"{_WITHOUT_GLOSSARY}.{attribute}" in self.items:
            attribute += "_"
        self.add(variable, _WITHOUT_GLOSSARY, attribute, origin_of(cell))
        return True

    def require(self, cell: CellSource, diagnostics: Diagnostics) -> None:
        """Declare the variable of a heading, or report that the glossary has none of that name."""
        if not self.declare(cell):
            self.report_unknown(cell, diagnostics, "add it to the sheet Glossary, or correct the heading")

    def report_unknown(self, cell: CellSource, diagnostics: Diagnostics, help: str) -> None:
        """Report a heading that is not a variable; `help` is what to do where none has a similar name."""
        message = f"the glossary has no variable `{cell.text}`"
        help = offer(nearest_name(cell.text, self.entries), help)
        diagnostics.error("unknown-variable", message, cell.source, help=help)


def make_name(text: str, taken: set[str]) -> str:
    """A FEEL name that resembles the text and is not yet used."""
    name = squeeze(text)
    if not is_name(name):
        tokens = tokenise(name)[:-1]
        words = (token.text if token.kind in _WORDS else " " for token in tokens)
        spaces = (" " if token.spaced else "" for token in tokens)
        name = " ".join("".join(space + word for space, word in zip(spaces, words, strict=True)).split())
        name = name.replace(".", " ")
    if not is_name(name):
        name = f"The {name}".strip() if is_name(f"The {name}".strip()) else "Variable"
    return choose_free(name, taken)


def _make_attribute(variable: str) -> str:
    """The attribute that a variable has without a glossary: its letters and digits, blanks as underscores."""
    joined = "_".join(variable.split())
    return "".join(token.text for token in tokenise(joined)[:-1] if token.kind in _WORDS)


def origin_of(cell: CellSource) -> CellRef:
    """The place of a cell of a sheet."""
    origin = cell.origin
    return origin if isinstance(origin, CellRef) else CellRef(str(origin))


def find_glossary(view: SheetView) -> tuple[int, int] | None:
    """The position of the first cell that begins with `Glossary`."""
    return next((place for place, text in view.texts() if text.startswith("Glossary")), None)


def read_glossary(view: SheetView, diagnostics: Diagnostics) -> Glossary:
    """Read the glossary of its sheet; entries with errors are reported, the others kept."""
    glossary = Glossary(is_written=True)
    place = find_glossary(view)
    if place is None:
        message = "the sheet has no table that begins with the word `Glossary`"
        diagnostics.error("no-glossary", message, Source("", CellRef(view.file, view.name)))
        return glossary
    extent = view.measure(*place)
    view.take(*place)
    headings, *rows = view.take_rows(replace(extent, right=max(extent.right, extent.left + len(HEADINGS) - 1)))
    if not _check_headings(headings, diagnostics):
        return glossary
    concept = ""
    for cells in rows:
        concept = cells[1].text or concept
        _read_entry(glossary, cells, concept, headings, diagnostics)
    return glossary


def _check_headings(headings: list[CellSource], diagnostics: Diagnostics) -> bool:
    wrong = [
        (cell, heading)
        for cell, heading in zip(headings, HEADINGS, strict=False)
        if " ".join(cell.text.split()) != heading
    ]
    for cell, heading in wrong:
        message = f"the heading `{heading}` of the glossary is missing here"
        diagnostics.error("glossary-heading", message, cell.source, help=f"write `{heading}`")
    return not wrong


def _read_entry(
    glossary: Glossary, cells: list[CellSource], concept: str, headings: list[CellSource], diagnostics: Diagnostics
) -> None:
    variable, attribute = cells[0], cells[2]
    for cell, heading, text in zip(cells, HEADINGS, (variable.text, concept, attribute.text), strict=False):
        if not text:
            diagnostics.error("glossary-gap", f"the {heading} is missing", cell.source, help="fill the cell in")
    if not variable.text:
        return
    if variable.text == EXECUTE:
        message = "no variable can be called `Execute`: a column of that name names the table to execute next"
        diagnostics.error("reserved-variable", message, variable.source, help="give the variable another name")
        return
    known = glossary.entries.get(variable.text)
    if known is not None:
        related = ((Source(known.variable, known.origin), "the first one"),)
        message = f"the glossary has the variable `{variable.text}` twice"
        diagnostics.error("duplicate-variable", message, variable.source, related=related)
        return
    notes = tuple(
        (heading.text, cell.text) for heading, cell in zip(headings[3:], cells[3:], strict=False) if cell.text
    )
    item = ("_".join(concept.split()) or _WITHOUT_GLOSSARY, "_".join(attribute.text.split()))
    added = item[1] or _make_attribute(variable.text)
    other = glossary.add(variable.text, item[0], added, origin_of(variable), notes)
    if other is not None:
        message = f"two variables are `{other.item}`: `{other.variable}` and this one"
        diagnostics.error("duplicate-attribute", message, attribute.source, help="give each its own attribute")
