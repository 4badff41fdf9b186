"""Read an .xlsx file as one grid a sheet, and report what concerns the file as a whole.

The parts are read directly, each once. A library for spreadsheets would read every workbook twice (formulas and their
results are two loads), drop which letters are struck through, turn decimals into floats and take two thirds of a
second for a dozen small workbooks before the first rule is seen; `dmn evaluate` reads them on every start.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from dmn_engine.diagnostics import CellRef, Diagnostics, Source
from dmn_engine.formats.xlsx.grid import DoubleBorders, Grid, Side
from dmn_engine.formats.xlsx.package import Package, Relationship, Unreadable, attribute, local_name, read_bytes
from dmn_engine.formats.xlsx.sheet import read_double_borders, read_grid
from dmn_engine.formats.xlsx.styles import read_double_lines, read_shared_strings, read_styles

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MACRO_HELP = "save it as an Excel Workbook (.xlsx), which has no macros"


@dataclass(slots=True)
class BorderReader:
    """Reads the double lines of a sheet when somebody asks: they mean nothing in the project's own layout."""

    package: Package
    styles_part: str
    parts: dict[str, str] = field(default_factory=dict)
    _lines: tuple[frozenset[Side], ...] | None = None

    def read(self, sheet: str) -> DoubleBorders:
        """The double lines of the sheet of that name; none where the sheet could not be read."""
        if sheet not in self.parts:
            return {}
        try:
            if self._lines is None:
                self._lines = read_double_lines(self.package, self.styles_part)
            return read_double_borders(self.package, self.parts[sheet], self._lines)
        except Unreadable:  # what is damaged was reported when the cells were read
            return {}


@dataclass(frozen=True, slots=True)
class GridBook:
    """A workbook's worksheets in their order, and the SHA-256 of the bytes that they were read from."""

    file: str
    sha256: str = ""
    grids: tuple[Grid, ...] = ()
    borders: BorderReader | None = field(default=None, compare=False, repr=False)

    def read_double_borders(self, sheet: str) -> DoubleBorders:
        """The double lines of a sheet, by its name."""
        return {} if self.borders is None else self.borders.read(sheet)


@dataclass(slots=True)
class _Context:
    file: str
    diagnostics: Diagnostics
    package: Package
    borders: BorderReader
    grids: list[Grid] = field(default_factory=list)

    def source(self, sheet: str = "") -> Source:
        return Source("", CellRef(self.file, sheet))


def read_grids(
    path: Path, file: str, diagnostics: Diagnostics, *, skip: Callable[[str], bool] = lambda _: False
) -> GridBook:
    """Read every worksheet of an .xlsx file but those whose names `skip` accepts; `file` is its name in messages.

    Never raises for what the file holds.

    A file that cannot be read gives no grids and one error; what is in the file but not in its cells gives warnings.
    """
    try:
        package = Package(read_bytes(path))
    except Unreadable as error:
        _report(error, Source("", CellRef(file)), diagnostics)
        return GridBook(file)
    context = _Context(file, diagnostics, package, BorderReader(package, ""))
    try:
        _read_sheets(context, skip)
    except Unreadable as error:
        _report(error, context.source(), diagnostics)
    return GridBook(file, package.sha256, tuple(context.grids), context.borders)


def _report(failure: Unreadable, source: Source, diagnostics: Diagnostics) -> None:
    diagnostics.error(failure.code, failure.message, source, help=failure.help)


def _read_sheets(context: _Context, skip: Callable[[str], bool]) -> None:
    package = context.package
    part = _find_workbook_part(package)
    root = package.parse(part)
    relationships = package.relationships(part)
    _report_extras(context, relationships)
    properties = _child(root, "workbookPr")
    uses_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    context.borders.styles_part = _find_target(relationships, "styles")
    styles = read_styles(package, context.borders.styles_part)
    strings = read_shared_strings(package, _find_target(relationships, "sharedStrings"))
    entries = _children(_child(root, "sheets"))
    if not entries:
        raise Unreadable("damaged-file", "the file is damaged: its workbook lists no sheets")
    for entry in entries:
        name = entry.get("name", "")
        if skip(name):
            continue
        relationship = relationships.get(attribute(entry, "id") or "")
        if relationship is None or relationship.external:
            _report(_without_content(name), context.source(name), context.diagnostics)
        elif relationship.kind != "worksheet":
            message = f"this is a {_SHEET_KINDS.get(relationship.kind, relationship.kind)}, which is not read"
            context.diagnostics.warning("sheet-not-read", message, context.source(name))
        else:
            try:
                hidden = entry.get("state", "visible") != "visible"
                grid = read_grid(package, relationship.target, name, hidden, styles, strings, uses_1904)
                context.grids.append(grid)
                context.borders.parts[name] = relationship.target
            except Unreadable as error:  # the other sheets may be sound
                _report(error, context.source(name), context.diagnostics)


_SHEET_KINDS = {"chartsheet": "chart", "dialogsheet": "dialog", "xlMacrosheet": "sheet of macros"}


def _without_content(name: str) -> Unreadable:
    return Unreadable("damaged-file", f"the file is damaged: the sheet `{name}` has no content")


def _find_workbook_part(package: Package) -> str:
    if "mimetype" in package and b"opendocument" in package.read("mimetype"):
        help = "open it in LibreOffice and save it as an Excel Workbook (.xlsx)"
        raise Unreadable("not-a-workbook", "this is an OpenDocument file (.ods), which is not read", help)
    if "[Content_Types].xml" not in package:
        raise Unreadable("not-a-workbook", "this is a zip archive, not an Excel workbook (.xlsx)")
    for relationship in package.relationships("").values():
        if relationship.kind == "officeDocument":
            if relationship.target.endswith(".bin"):
                help = "open it in Excel and save it as an Excel Workbook (.xlsx)"
                raise Unreadable("old-format", "this is a binary workbook (.xlsb), which is not read", help)
            if not posixpath.dirname(relationship.target).endswith("xl"):
                raise Unreadable("not-a-workbook", "this is an Office file, but not a workbook")
            return relationship.target
    raise Unreadable("damaged-file", "the file is damaged: it does not say where its workbook is")


def _report_extras(context: _Context, relationships: dict[str, Relationship]) -> None:
    if any(relationship.kind == "vbaProject" for relationship in relationships.values()):
        message = "the workbook has macros; they are not run, and what they would change is not seen"
        context.diagnostics.warning("macros", message, context.source(), help=_MACRO_HELP)
    links = [item for item in relationships.values() if item.kind == "externalLink" and not item.external]
    if links:
        files = sorted({target for item in links for target in _list_linked_files(context.package, item.target)})
        message = f"the workbook takes values from other files ({', '.join(files) or 'not named'}); they are not read"
        help = "in Excel: Data, Edit Links, Break Link; then check the values"
        context.diagnostics.warning("external-links", message, context.source(), help=help)


def _list_linked_files(package: Package, part: str) -> Sequence[str]:
    try:
        targets = package.relationships(part).values()
    except Unreadable:
        return ()
    return [posixpath.basename(unquote(item.target).replace("\\", "/")) for item in targets if item.external]


def _find_target(relationships: dict[str, Relationship], kind: str) -> str:
    return next((item.target for item in relationships.values() if item.kind == kind and not item.external), "")


def _children(element: Element | None) -> Sequence[Element]:
    return () if element is None else list(element)


def _child(element: Element, name: str) -> Element | None:
    return next((item for item in element if local_name(item.tag) == name), None)
