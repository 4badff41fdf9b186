"""Law: reading any bytes ends soon, with diagnostics and without an exception."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmn_engine.diagnostics import Diagnostics
from dmn_engine.formats.xlsx.layout import read_workbook
from dmn_engine.formats.xlsx.records import read_grid_records
from dmn_engine.formats.xlsx.workbook import read_grids
from dmn_engine.formats.xlsx.writer import write_workbook
from dmn_engine.model.workbook_source import Role, WorkbookSource

from .drafts import draft_cell, draft_example, draft_table

Parts = dict[str, bytes]

_WORDS = [
    *(b"<row", b"</row>", b"<c ", b"</c>", b"<v>", b"<f>", b"<is>", b"<mergeCell", b"<sheetData/>", b"<cols>", b"/>"),
    *(
        b'r="A1"',
        b'r="ZZZZ9"',
        b'r="0"',
        b'r="-1"',
        b't="s"',
        b't="d"',
        b't="e"',
        b't="b"',
        b's="9999"',
        b's="-1"',
        b's="x"',
    ),
    *(b"1e999", b"NaN", b"-1", b"99999999999", b"2958466", b"&#0;", b"&amp;", b"\xff", b"", b'ref="A1:XFD1048576"'),
    *(b'Target="../../x"', b'Target="xl/workbook.xml"', b"<!DOCTYPE a>", b"encoding='cp037'", b"encoding='x'"),
]


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """The parts of a valid workbook."""
    path = tmp_path_factory.mktemp("sound") / "sound.xlsx"
    columns = [(Role.WHEN, "Age"), (Role.THEN, "Answer"), (Role.WHY, "Note")]
    table = draft_table(
        "Answer", "Unique", columns, [["R1", "< 5", "a", ""], ["R2", ">= 5", "b", "c"]], question="Why?"
    )
    about = {"Id": draft_cell("x"), "Status": draft_cell("draft")}
    example = draft_example("young", {"Age": "3"}, {"Answer": "a"})
    write_workbook(WorkbookSource("", "", about, (table,), (example,)), path, {"Answer": ["a", "b"]})
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def _pack(parts: Iterable[tuple[str, bytes]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts:
            package.writestr(name, data)
    return packed.getvalue()


def _read(data: bytes, folder: pytest.TempPathFactory) -> None:
    path = folder.getbasetemp() / "hostile.xlsx"
    path.write_bytes(data)
    read_workbook(path, "hostile.xlsx")
    read_grid_records(path, "hostile.xlsx")


@given(data=st.binary(max_size=300), start=st.sampled_from([b"", b"PK\x03\x04", bytes.fromhex("D0CF11E0A1B11AE1")]))
@settings(max_examples=150, deadline=None)
def test_any_bytes(data: bytes, start: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    _read(start + data, tmp_path_factory)


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_archive(data: st.DataObject, parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> None:
    packed = bytearray(_pack(parts.items()))
    for _ in range(data.draw(st.integers(0, 4))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    _read(bytes(packed[: data.draw(st.integers(0, len(packed)))]), tmp_path_factory)
    _read(bytes(packed), tmp_path_factory)


@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_a_damaged_part(data: st.DataObject, parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> None:
    changed = dict(parts)
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(sorted(changed)))
        text = changed[name]
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 40)))
        changed[name] = text[:start] + data.draw(st.sampled_from(_WORDS)) + text[end:]
    if data.draw(st.booleans()):
        changed.pop(data.draw(st.sampled_from(sorted(changed))))
    _read(_pack(changed.items()), tmp_path_factory)


def test_many_empty_rows(parts: Parts, tmp_path: Path) -> None:
    """Empty rows take memory only for their bytes; the last of them may be the last row of the sheet."""
    name = "xl/worksheets/sheet2.xml"
    row = b'<row r="%d" spans="1:16384" s="3" customFormat="1" ht="15" customHeight="1"/>'
    rows = b"".join(row % number for number in [*range(100, 60_000), 1_048_576])
    path = tmp_path / "ghost.xlsx"
    path.write_bytes(_pack((parts | {name: parts[name].replace(b"</sheetData>", rows + b"</sheetData>")}).items()))
    found = Diagnostics()
    tracemalloc.start()
    book = read_grids(path, "ghost.xlsx", found)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.items == []
    assert len(book.grids[1].cells) < 30
    assert peak < 4 * len(rows)  # as a tree the rows would take twenty times their bytes
