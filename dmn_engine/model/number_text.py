"""Numbers as people write them: decimal commas and separators between thousands."""

from __future__ import annotations

import re
from typing import Literal

Notation = Literal["decimal", "thousands"]
NOTATIONS: tuple[Notation, ...] = ("decimal", "thousands")

_BLANKS = r" \u00a0\u2009\u202f'’_"
SEPARATED = re.compile(rf"\d+(?:[.,]\d+|[{_BLANKS}]\d{{3}}(?!\d))*", re.ASCII)
"""A number in any notation, or numbers with commas and no blank between them."""

_NOTATIONS: tuple[tuple[str, Notation, str], ...] = (
    (r"\d+(?:\.\d+)?|\.\d+", "decimal", "."),
    (r"\d+,\d+", "decimal", ","),
    (r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", "thousands", "."),
    (r"[1-9]\d?(?:,\d{2})+,\d{3}(?:\.\d+)?", "thousands", "."),
    (r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", "thousands", ","),
    (rf"[1-9]\d{{0,2}}(?:[{_BLANKS}]\d{{3}})+(?:\.\d+)?", "thousands", "."),
    (rf"[1-9]\d{{0,2}}(?:[{_BLANKS}]\d{{3}})+,\d+", "thousands", ","),
)


_POINT_GROUP = re.compile(r"[1-9]\d{0,2}\.\d{3}", re.ASCII)


def words_of(notation: Notation) -> str:
    """What a number in this notation is, for messages: `for the decimal`."""
    return "the decimal" if notation == "decimal" else "thousands"


def respell(number: str) -> str:
    """A decimal with three places, which may look like thousands, spelt with fewer or more."""
    if not _POINT_GROUP.fullmatch(number):
        return number
    return number.rstrip("0").rstrip(".") if number.endswith("0") else f"{number}0"


def list_readings(text: str) -> dict[str, Notation]:
    """Every number that the text may be, spelt with a decimal point, and what its separator is taken for.

    >>> list_readings("1,500")
    {'1.500': 'decimal', '1500': 'thousands'}
    """
    sign = text[: len(text) - len(text.lstrip("-+"))]
    digits = text[len(sign) :]
    return {
        (sign + re.sub(rf"[^\d{point}]", "", digits).replace(",", ".")): notation
        for pattern, notation, point in _NOTATIONS
        if len(sign) <= 1 and re.fullmatch(pattern, digits, re.ASCII)
    }


def list_values(text: str) -> list[str]:
    """The whole numbers between the commas of a text; none if there is no comma or a number starts with 0."""
    parts = text.split(",")
    return parts if len(parts) > 1 and all(re.fullmatch(r"0|[1-9][0-9]*", part) for part in parts) else []
