"""Read the tables and example patients of a sheet: bands, labels, special rows, and rows with an id.

A sheet `Tests` has the shape of a table, so that both are read here; `Shape` says in which words they differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dmn_engine.diagnostics import CellRef, Source, nearest, offer
from dmn_engine.formats.xlsx.grid import Area
from dmn_engine.formats.xlsx.reading import SheetReader, group_neighbours
from dmn_engine.model.blocks import SPECIALS, Block, Row, to_examples, to_table
from dmn_engine.model.cell_text import fold_label, fold_value, is_dash, offer_listed
from dmn_engine.model.policy_words import POLICIES
from dmn_engine.model.workbook_source import (
    CellKind,
    CellSource,
    ExampleSource,
    Role,
    TableSource,
    column_letters,
    text_cell,
)

_ROLES = {fold_label(role.value): role for role in Role}
_FEW_ROWS = 4  # fewer rules have no usual colour
_USUAL = 0.75  # the share of a column's cells that makes a fill the usual one; stripes have half
_LIKE_LABEL = {"rules", "rule id", "id", "no", "no.", "nr", "nr.", "#", "tests", "test id", "patient", "case"}


@dataclass(frozen=True, slots=True)
class Shape:
    """Keywords that identify a kind of block: the word for a `row`, the `labels` that begin its label row."""

    row: str
    labels: tuple[str, ...]
    heads: tuple[str, ...] = ()
    specials: tuple[str, ...] = ()
    roles: tuple[Role, ...] = tuple(Role)
    has_policy: bool = False


TABLE = Shape("rule", ("Rule",), ("Decision", "Question"), SPECIALS, has_policy=True)
TESTS = Shape("test", ("Test", "Name"), roles=(Role.WHEN, Role.THEN, Role.WHY))


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a block: where it stands, its band and its label."""

    number: int
    role: Role
    label: CellSource


@dataclass(frozen=True, slots=True)
class _Found:
    """A block with its place, its hit policy, and the cells above it by their word."""

    block: Block[CellSource]
    area: Area
    policy: CellSource
    heads: dict[str, CellSource]


def read_tables(reader: SheetReader) -> list[TableSource]:
    """The decision tables of a sheet."""
    tables = []
    for found in _read_blocks(reader, TABLE):
        name = found.heads.get("Decision")
        if name is None:  # the builder says what is missing; the place to write it is above the bands
            name = text_cell("", found.policy.origin)
        question = _filled(found.heads["Question"]) if "Question" in found.heads else None
        origin = CellRef(reader.file, reader.grid.name, found.area.address)
        tables.append(to_table(found.block, name, question, found.policy, origin))
    return tables


def read_examples(reader: SheetReader) -> list[ExampleSource]:
    """The example patients of a sheet `Tests`; a cell that is empty, or a dash under When or Then, is not there."""
    examples: list[ExampleSource] = []
    for found in _read_blocks(reader, TESTS):
        columns = found.block.columns
        rows = tuple(
            Row(id, tuple(_tested(role, cell) for (role, _), cell in zip(columns, cells, strict=True)))
            for id, cells in found.block.rows
        )
        examples += to_examples(Block(columns, rows), reader.diagnostics)
    return examples


def _tested(role: Role, cell: CellSource) -> CellSource | None:
    return None if role is not Role.WHY and is_dash(cell.text) else _filled(cell)


def _filled(cell: CellSource) -> CellSource | None:
    return None if cell.kind is CellKind.EMPTY else cell


def _read_blocks(reader: SheetReader, shape: Shape) -> list[_Found]:
    """Every block of the sheet, with its errors reported. Cells outside of blocks stay unaccounted for."""
    blocks: list[_Found] = []
    heads, words = _Heads(reader, shape), _fold(shape.labels)
    runs = [list(range(first, last + 1)) for first, last in group_neighbours(reader.rows())]
    while runs:
        rows = heads.take(runs.pop(0))
        bands = next((index for index, row in enumerate(rows) if _is_band_row(reader, row)), -1)
        labels = next((i for i, row in enumerate(rows) if i != bands and _first_word(reader, row) in words), -1)
        if bands < 0 and labels < 0:
            continue
        rows, rest = _split_next(reader, shape, rows, max(bands, labels) + 1)
        if rest:
            runs.insert(0, rest)
        header = _check_header(reader, shape, rows, bands, labels)
        if header is None:
            reader.skip_rows(rows)
            heads.cells()
        else:
            blocks.append(_BlockReader(reader, shape, rows, header, heads).read())
        heads.clear()
    heads.report_unused()
    return blocks


class _Heads:
    """The rows above a table (`Decision`, `Question`), kept over blank rows until the table comes."""

    def __init__(self, reader: SheetReader, shape: Shape) -> None:
        self._reader, self._words = reader, {fold_label(word): word for word in shape.heads}
        self._found: dict[str, tuple[int, int]] = {}

    def take(self, rows: list[int]) -> list[int]:
        """Read the head rows that these rows begin with; answers the rest."""
        for index, row in enumerate(rows):
            columns = self._reader.columns_of(row)
            word = self._words.get(self._reader.word(row, columns[0])) if columns else None
            if word is None:
                return rows[index:]
            if word in self._found:
                self.report_unused()
            self._reader.skip(row, columns[0])
            self._found[word] = (row, columns[0])
        return []

    @property
    def top(self) -> int | None:
        """The first of the head rows."""
        return min((row for row, _ in self._found.values()), default=None)

    def cells(self) -> dict[str, CellSource]:
        """The cell beside each head word."""
        return {word: self._reader.take_text(row, column + 1) for word, (row, column) in self._found.items()}

    def clear(self) -> None:
        """Forget the heads: they belong to the table that was read."""
        self._found = {}

    def report_unused(self) -> None:
        """Report a decision that no table followed."""
        self.cells()
        if "Decision" in self._found:
            row, column = self._found["Decision"]
            help = "below it belong a row of bands (hit policy, When, Then) and a row of labels that begins with `Rule`"
            source = self._reader.source(row, [column, column + 1])
            self._reader.diagnostics.error(
                "decision-without-table", "no table follows this decision", source, help=help
            )
        self.clear()


def _fold(words: Sequence[str]) -> set[str]:
    return {fold_label(word) for word in words}


def _first_word(reader: SheetReader, row: int) -> str:
    columns = reader.columns_of(row)
    return reader.word(row, columns[0]) if columns else ""


def _is_band_row(reader: SheetReader, row: int) -> bool:
    """Whether the row has two bands, or one beside a hit policy or alone."""
    words = [reader.word(row, column) for column in reader.columns_of(row)]
    bands = sum(word in _ROLES for word in words)
    return bands > 1 or (bands == 1 and (fold_value(words[0]) in POLICIES or len(words) == 1))


def find_bands(reader: SheetReader) -> Source | None:
    """The first cell of a sheet that is a band, if there are other words of a table; `When` alone heads other lists."""
    words = {(row, column): reader.word(row, column) for row in reader.rows() for column in reader.columns_of(row)}
    of_tables = _fold(("Then", "Use", *TABLE.labels, *TABLE.heads)) | set(POLICIES)
    bands = [position for position, word in words.items() if word in _ROLES]
    if not bands or not any(word in of_tables or fold_value(word) in of_tables for word in words.values()):
        return None
    return reader.source(bands[0][0], [bands[0][1]])


def _split_next(reader: SheetReader, shape: Shape, rows: list[int], start: int) -> tuple[list[int], list[int]]:
    """The rows of this block, and those from where the next one begins without a blank row before it."""
    for index in range(start, len(rows)):
        if _first_word(reader, rows[index]) in _fold(shape.heads) or _is_band_row(reader, rows[index]):
            source = reader.source(rows[index])
            message = "a blank row is missing between two tables"
            reader.diagnostics.error("missing-blank-row", message, source, help="insert a blank row above this one")
            return rows[:index], rows[index:]
    return rows, []


@dataclass(frozen=True, slots=True)
class _Header:
    """The rows of bands and labels as places in the list of rows, and the block's first column."""

    bands: int
    labels: int
    column: int


def _check_header(reader: SheetReader, shape: Shape, rows: list[int], bands: int, labels: int) -> _Header | None:
    """Where the block's bands and labels are; None, with an error, if they cannot be found."""
    word, report = shape.labels[0], reader.diagnostics
    if bands < 0:
        message = f"above this row of labels there is no row of bands, so that the {shape.row}s below cannot be read"
        first = "the hit policy (such as `Unique`)" if shape.has_policy else f"`{word}` or nothing"
        roles = ", ".join(f"`{role.value}`" for role in shape.roles)
        help = f"write {first} in its first cell, then over each column one of {roles}"
        report.error("no-band-row", message, reader.source(rows[labels]), help=help)
        return None
    if labels == bands + 1:
        return _Header(bands, labels, reader.columns_of(rows[labels])[0])
    if labels >= 0:
        message = "the row of labels must be right below the row of bands"
        report.error("misplaced-row", message, reader.source(rows[labels]), help="move it there")
        return None
    following = rows[bands + 1] if bands + 1 < len(rows) else 0
    source = reader.source(following or rows[bands])
    if following and _first_word(reader, following) in _LIKE_LABEL:
        column = reader.columns_of(following)[0]
        message = f"the row of labels begins with `{word}`, not with `{reader.peek(following, column)}`"
        report.error("no-label-row", message, reader.source(following, [column]), help=f"write `{word}` here")
        return _Header(bands, bands + 1, column)
    message = f"below the bands the row of labels is missing: it begins with `{word}`"
    help = f"write `{word}` and then each column's label in the row below the bands, without a blank row between them"
    report.error("no-label-row", message, source, help=help)
    return None


class _BlockReader:
    """Reads one block whose header is known."""

    def __init__(self, reader: SheetReader, shape: Shape, rows: list[int], header: _Header, heads: _Heads) -> None:
        self._reader, self._shape, self._heads = reader, shape, heads
        self._first = header.column
        self._above, self._bands, self._labels = rows[: header.bands], rows[header.bands], rows[header.labels]
        self._below = rows[header.labels + 1 :]
        self._reported: set[Area] = set()

    def read(self) -> _Found:
        self._report_above()
        self._reader.skip(self._labels, self._first)
        policy = self._read_policy()
        columns = self._read_columns()
        specials, numbers = self._read_specials(columns)
        rows = {number: row for number in numbers if (row := self._read_row(number, columns))}
        if self._shape.has_policy:
            self._report_colours(columns, rows)
        top = self._heads.top or self._bands
        right = max([self._first, *(column.number for column in columns)])
        area = Area(top, self._first, max([self._labels, *self._below]), right)
        block = Block(tuple((column.role, column.label) for column in columns), tuple(rows.values()), specials)
        return _Found(block, area, policy, self._heads.cells())

    def _report_above(self) -> None:
        for row in self._above:
            source = self._reader.source(row)
            self._reader.skip_rows([row])
            word = self._reader.peek(row, (self._reader.columns_of(row) or [1])[0])
            known = " and ".join(f"`{head}`" for head in self._shape.heads)
            help = offer(nearest(word, self._shape.heads), "move it to a Why column, or to the sheet About")
            message = f"above the bands write only {known}" if known else "leave the row right above the bands empty"
            self._reader.diagnostics.error("unknown-row", message, source, help=help)

    def _read_policy(self) -> CellSource:
        if not self._shape.has_policy:
            if self._reader.word(self._bands, self._first) in _fold(self._shape.labels):
                self._reader.skip(self._bands, self._first)
            return CellSource(self._reader.source(self._bands, [self._first]), CellKind.EMPTY)
        return self._reader.take_text(self._bands, self._first)

    # Columns

    def _read_columns(self) -> tuple[_Column, ...]:
        rows = [self._bands, self._labels, *self._below]
        used = {column for row in rows for column in self._reader.columns_of(row)}
        columns = []
        for number in range(self._first + 1, max(used) + 1):
            column = self._read_column(number, [row for row in rows if number in self._reader.columns_of(row)])
            if column:
                columns.append(column)
        return tuple(columns)

    def _read_column(self, number: int, rows: list[int]) -> _Column | None:
        """The column; None, with its cells reported, where its band or label is missing."""
        reader = self._reader
        band, label = reader.word(self._bands, number), reader.peek(self._labels, number)
        if band and label:
            role = self._read_band(number)
            if role is None or not self._has_own_label(number):
                self._skip_column(number, rows)
                return None
            return _Column(number, role, reader.take_text(self._labels, number))
        if rows and (rows != [self._bands] or not reader.area(self._bands, number)):
            letters = column_letters(number)
            if label:
                message = f"column {letters} has no band: is it a condition or an output?"
                code, help = "column-without-band", self._name_roles("write", "above its label")
            elif band:
                message, code = f"column {letters} has no label", "column-without-label"
                help = "write below the band what the column is about, or delete the column"
            else:
                message = f"column {letters} has cells, but neither band nor label"
                code, help = (
                    "column-without-band",
                    self._name_roles("write a label and", "above it, or delete the cells"),
                )
            source = reader.area_source(Area(rows[0], number, rows[-1], number))
            reader.diagnostics.error(code, message, source, help=help)
            self._skip_column(number, rows)
        return None

    def _skip_column(self, number: int, rows: list[int]) -> None:
        for row in rows:
            self._reader.skip(row, number)

    def _name_roles(self, before: str, after: str) -> str:
        return f"{before} {', '.join(f'`{role.value}`' for role in self._shape.roles[:-1])} or `Why` {after}"

    def _read_band(self, number: int) -> Role | None:
        """The column's role; that of the nearest word, reported, where the band is misspelt; None where none is."""
        taken = self._reader.take(self._bands, number)
        role = _ROLES.get(self._reader.word(self._bands, number))
        if role in self._shape.roles:
            return role
        words = [known.value for known in self._shape.roles]
        near = nearest(taken.text, words)
        area = self._reader.area(self._bands, number)
        if area is None or area not in self._reported:
            help = offer_listed(near, f"bands are: {', '.join(words)}")
            self._reader.diagnostics.error("unknown-band", f"`{taken.text}` is not a band", taken.source, help=help)
        if area:
            self._reported.add(area)
        return Role(near) if near else None

    def _has_own_label(self, number: int) -> bool:
        """Whether the label is in this column; one that it is merged with is reported."""
        area = self._reader.area(self._labels, number)
        if area:
            what = "several columns" if area.is_wide else "the cells below it"
            self._report_merge(
                area, "merged-label", f"a label is merged over {what}", "unmerge it; each column has one"
            )
        return area is None or area.left == number

    # Rows

    def _read_specials(self, columns: tuple[_Column, ...]) -> tuple[dict[str, list[CellSource | None]], list[int]]:
        """The rows `Values` and `Default` below the labels, and the other rows."""
        words = {fold_label(word): word for word in self._shape.specials}
        specials: dict[str, list[CellSource | None]] = {}
        numbers: list[int] = []
        for row in self._below:
            word = words.get(self._reader.word(row, self._first), "")
            if not word:
                numbers.append(row)
                continue
            if word in specials or numbers:
                message = f"the row `{word}` can appear only once, right below the labels"
                source = self._reader.source(row)
                self._reader.diagnostics.error("misplaced-row", message, source, help="move it there, or give it an id")
                self._reader.skip_rows([row])
                continue
            self._reader.skip(row, self._first)
            for column in columns:
                area = self._reader.area(row, column.number)
                if area:
                    self._report_merge(area, "merged-cells", f"a cell of the row `{word}` is merged", "unmerge it")
            specials[word] = [_filled(self._reader.take(row, column.number)) for column in columns]
        return specials, numbers

    def _read_row(self, number: int, columns: tuple[_Column, ...]) -> Row[CellSource] | None:
        """The row; None, with an error, if it has no id or no cells."""
        reader, name = self._reader, self._shape.row
        area = reader.area(number, self._first)
        if area and (area.is_tall or area.is_wide):
            self._report_merge(
                area, "merged-id", f"one id is merged over {area.address}", f"give each {name} its own id"
            )
            if area.anchor != (number, self._first):
                reader.skip_rows([number])
                return None
        if not reader.peek(number, self._first):
            message = f"this row has cells, but no {name} id"
            help = f"give the {name} an id in column {column_letters(self._first)}, or delete the row"
            source = reader.source(number)
            reader.diagnostics.error(f"{name}-without-id", message, source, help=help)
            reader.skip_rows([number])
            return None
        identifier = reader.take_text(number, self._first)
        for column in columns:
            merge = reader.area(number, column.number)
            if merge:
                self._check_cell_merge(merge, column)
        cells = tuple(reader.take(number, column.number) for column in columns)
        if not any(reader.has_content(number, column.number) for column in columns):
            message = f"the {name} `{identifier.text}` has an id, but no cells"
            reader.diagnostics.error(
                f"{name}-without-cells", message, identifier.source, help="fill the row or delete it"
            )
            return None
        return Row(identifier, cells)

    def _check_cell_merge(self, area: Area, column: _Column) -> None:
        if area.is_wide:
            message = f"the cell is merged over several columns ({area.address})"
            self._report_merge(
                area, "merged-columns", message, "unmerge it and write into each column what holds there"
            )
        elif column.role in (Role.THEN, Role.USE):
            message = f"an output is merged over several {self._shape.row}s ({area.address})"
            self._report_merge(
                area, "merged-output", message, f"unmerge it and write the output of each {self._shape.row}"
            )

    def _report_merge(self, area: Area, code: str, message: str, help: str) -> None:
        """Once for each merged cell."""
        if area not in self._reported:
            self._reported.add(area)
            source = self._reader.area_source(area)
            self._reader.diagnostics.error(code, message, source, help=help)

    def _report_colours(self, columns: tuple[_Column, ...], rows: Mapping[int, Row[CellSource]]) -> None:
        """Note cells whose fill differs from that of nearly all others in their column: nothing reads colours."""
        odd = []
        for index, column in enumerate(columns):
            cells = (self._reader.grid.cells.get((number, column.number)) for number in rows)
            filled = [cell for cell, row in zip(cells, rows.values(), strict=True) if cell and row.cells[index].text]
            if len(filled) >= _FEW_ROWS:
                usual, count = Counter(cell.style.fill for cell in filled).most_common(1)[0]
                if count >= _USUAL * len(filled):
                    odd += [cell for cell in filled if cell.style.fill not in ("", usual)]
        if odd:
            odd.sort(key=lambda cell: (cell.row, cell.column))
            source = Source(odd[0].text, CellRef(self._reader.file, self._reader.grid.name, odd[0].address))
            places = ", ".join(cell.address for cell in odd)
            message = f"colours are not read, and these cells differ from the rest of their column: {places}"
            help = "if the colour means something, say it in a Why column"
            self._reader.diagnostics.note("colour", message, source, help=help)
