"""Characters that readers mistake for others: letters of another alphabet, dashes, O and 0."""

from __future__ import annotations

import re
import unicodedata

_LOOK_ALIKE = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХаеоѕіјрсухһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοѵ",
        "ABESIJKMHOPCTYXaeosijpcyxhdqwABEZHIKMNOPTYXov",
        strict=True,
    )
)
_NEAR = {"0": "o", "1": "l", "I": "l", "|": "l"} | dict.fromkeys("‐‑‒–—―−", "-")
_TWINS = str.maketrans({letter: _NEAR.get(twin, twin) for letter, twin in _LOOK_ALIKE.items()} | _NEAR)
_WORD = re.compile(r"[^\W\d_]+")


def find_look_alike(text: str) -> tuple[int, str] | None:
    """The first letter in a Latin word that is a look-alike from another alphabet: its offset and the Latin letter."""
    if text.isascii():
        return None
    for word in _WORD.finditer(text):
        letters = word[0]
        if any(letter in _LOOK_ALIKE for letter in letters) and any(letter.isascii() for letter in letters):
            offset = next(index for index, letter in enumerate(letters) if letter in _LOOK_ALIKE)
            return word.start() + offset, _LOOK_ALIKE[letters[offset]]
    return None


def fold_shape(text: str) -> str:
    """A text that is equal for texts that a reader could confuse: by case, blanks, dashes, O and 0, l and 1 and I."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_TWINS).split()).casefold()
