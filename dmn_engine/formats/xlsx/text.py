"""The characters of a cell: invisible ones, and those that look like others."""

from __future__ import annotations

import re
import unicodedata

_BLANKS = dict.fromkeys([0x09, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
_BREAKS = {0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}
_INVISIBLE = dict.fromkeys(
    [
        *(code for code in range(0x20) if code not in (0x09, 0x0A, 0x0B, 0x0C)),
        *range(0x7F, 0x85),
        *range(0x86, 0xA0),
        0xAD,  # soft hyphen
        0x34F,
        0x61C,
        0x180E,
        *range(0x200B, 0x2010),  # zero-width blanks and joiners, marks of direction
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),  # variation selectors
        0xFEFF,
        *range(0xFFF9, 0xFFFC),
    ]
)
_HYPHENS = {0x2010: "-", 0x2011: "-"}  # the same sign as the keyboard's, only for line breaking
_CLEANING = _BLANKS | _BREAKS | _INVISIBLE | _HYPHENS
_BLANKS_AT_BREAK = re.compile(r" *\n *")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def clean_text(text: str) -> str:
    """The text as a reader sees it.

    Blanks of every kind are plain blanks, line breaks are `\\n` without blanks around them, invisible characters are
    gone, letters with accents are one character, and there are no blanks or breaks around the whole.
    """
    if text.isascii() and text.isprintable():
        return text.strip(" ")
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CLEANING)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if "\n" in text:
        text = _BLANKS_AT_BREAK.sub("\n", text)
    return text.strip(" \n")


def decode_escapes(text: str) -> str:
    """The text with the file format's `_x000D_` escapes resolved (ECMA-376 part 1, 22.9.2.19)."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
