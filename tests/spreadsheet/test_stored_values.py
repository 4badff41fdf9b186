"""Stored and displayed contents of cells: number formats, dates, characters, and the numbers that they represent."""

from __future__ import annotations

import tomllib
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmn_engine.formats.xlsx.grid import Style
from dmn_engine.formats.xlsx.number_format import (
    is_date_format,
    read_date_text,
    read_number,
    show_date,
    show_number,
)
from dmn_engine.formats.xlsx.text import clean_text
from dmn_engine.model.cell_text import write_plainly
from dmn_engine.model.look_alikes import find_look_alike, fold_shape
from dmn_engine.model.workbook_source import CellKind

from .building import CASES


def _load(name: str) -> Any:
    return tomllib.loads((CASES / "stored" / f"{name}.toml").read_text("utf-8"))


FORMATS, TEXTS = _load("number_formats"), _load("texts")


@pytest.mark.parametrize(("number", "code", "shown"), FORMATS["numbers"])
def test_number_shown(number: str, code: str, shown: str) -> None:
    assert show_number(Decimal(number), code) == shown


@pytest.mark.parametrize(("moment", "code", "shown"), FORMATS["dates"])
def test_date_shown(moment: datetime, code: str, shown: str) -> None:
    assert show_date(moment, code, 0.0) == shown


def test_elapsed_time_shown() -> None:
    assert show_date(datetime(1900, 1, 1), "[h]:mm:ss", 1.5) == "36:00:00"


def test_date_formats_are_told_apart() -> None:
    assert [code for code in FORMATS["is_date"] if not is_date_format(code)] == []
    assert [code for code in FORMATS["is_no_date"] if is_date_format(code)] == []


@pytest.mark.parametrize(
    ("serial", "code", "kind", "text"),
    [
        (1.0, "d", CellKind.DATE, "1900-01-01"),
        (59.0, "d", CellKind.DATE, "1900-02-28"),
        (60.0, "d", CellKind.NUMBER, "60"),  # the day that never was
        (61.0, "d", CellKind.DATE, "1900-03-01"),
        (45658.0, "d", CellKind.DATE, "2025-01-01"),
        (45658.5, "d h", CellKind.DATE_TIME, "2025-01-01T12:00:00"),
        (0.75, "h:mm", CellKind.TIME, "18:00:00"),
        (-1.0, "d", CellKind.NUMBER, "-1"),
        (3e6, "d", CellKind.NUMBER, "3000000"),
    ],
)
def test_serial_dates(serial: float, code: str, kind: CellKind, text: str) -> None:
    stored = read_number(serial, Style(code, is_date=True))
    assert (stored.kind, stored.text) == (kind, text)


def test_dates_of_the_1904_system_and_as_text() -> None:
    assert read_number(44196.0, Style("d", is_date=True), uses_1904=True).text == "2025-01-01"
    assert read_date_text("2025-01-01", Style()).kind is CellKind.DATE
    assert read_date_text("2025-01-01T10:00:00", Style()).text == "2025-01-01T10:00:00"
    assert read_date_text("10:00:00", Style()).kind is CellKind.TIME


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_the_shortest_decimals(number: float) -> None:
    text = write_plainly(number)
    assert float(text) == number
    assert "e" not in text.lower()
    assert Decimal(text) == Decimal(repr(number))


@pytest.mark.parametrize(("stored", "read"), TEXTS["clean"])
def test_clean_text(stored: str, read: str) -> None:
    assert clean_text(stored) == read


@given(st.text())
def test_cleaning_is_final(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.parametrize(("text", "offset", "twin"), TEXTS["look_alike"])
def test_look_alike_letters(text: str, offset: int, twin: str) -> None:
    assert find_look_alike(text) == (None if offset < 0 else (offset, twin))


def test_shapes() -> None:
    assert [pair for pair in TEXTS["alike"] if fold_shape(pair[0]) != fold_shape(pair[1])] == []
    assert [pair for pair in TEXTS["apart"] if fold_shape(pair[0]) == fold_shape(pair[1])] == []
