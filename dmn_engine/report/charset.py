"""Write text in an encoding that lacks some of its characters: each is replaced by others with the same meaning."""

from __future__ import annotations

import unicodedata

_SPELLED = {
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "≈": "~",
    "×": "x",
    "±": "+/-",
    "→": "->",
    "µ": "u",
    "μ": "u",
    "°": " deg",
    "β": "beta",
    "α": "alpha",
    "γ": "gamma",
    "æ": "ae",
    "œ": "oe",
    "ß": "ss",
    "ø": "o",
    **dict.fromkeys("·•", "*"),
    **dict.fromkeys("−‐‑–—", "-"),
    **dict.fromkeys("‘’′", "'"),
    **dict.fromkeys("“”″", '"'),
}


def fit_charset(text: str, encoding: str) -> str:
    """The text in what the encoding has: `≥` as `>=`, `é` as `e`; what has no plain form as `<U+6F22>`."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(_spell(character, encoding) for character in text)
    return text


def _spell(character: str, encoding: str) -> str:
    if _has(encoding, character):
        return character
    plain = _SPELLED.get(character) or "".join(
        part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part)
    )
    if plain and _has(encoding, plain):
        return plain
    return "" if unicodedata.combining(character) else f"<U+{ord(character):04X}>"


def _has(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
