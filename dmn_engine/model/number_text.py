"""Numbers as people write them: decimal commas and separators between thousands."""

from __future__ import annotations

import re
from collections.abc import Collection
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


WRITE_PLAIN = "write the number with a decimal point, and without other separators"

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


def is_odd_choice(numbers: Collection[str]) -> bool:
    """Whether one of several readings is a whole number with needless decimals, which few would write: `1,000` for 1.

    `WRITE_PLAIN` is the help then: it offers neither.
    """
    return len(numbers) > 1 and any(re.fullmatch(r"[-+]?\d+\.0+", number) for number in numbers)


def list_values(text: str) -> list[str]:
    """The whole numbers between the commas of a text; none if there is no comma or a number starts with 0."""
    parts = text.split(",")
    return parts if len(parts) > 1 and all(re.fullmatch(r"0|[1-9][0-9]*", part) for part in parts) else []
