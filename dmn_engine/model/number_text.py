"""Numbers as people write them: decimal commas and separators between thousands. Knows no columns and no FEEL."""

from __future__ import annotations

import re
from typing import Literal

Notation = Literal["decimal", "thousands"]

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
