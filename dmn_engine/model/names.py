"""Names and identifiers made of any text: FEEL names, XML ids, words for file names, each used once."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.feel.parser import parse_expression
from dmn_engine.feel.syntax import Name
from dmn_engine.feel.tokens import RESERVED_WORDS, TokenKind, tokenise
from dmn_engine.feel.types import ANY
from dmn_engine.model.cell_text import squeeze

_WORDS = (TokenKind.WORD, TokenKind.NUMBER, TokenKind.END)
_SYMBOLS = frozenset("./-'’+*")
_NOT_OF_NAMES = re.compile(r"[^\w ./\-'+*]+|(?<!\w)[-+*/.']+|[-+*/.']+(?!\w)")
_NOT_OF_IDS = re.compile(r"[^A-Za-z0-9_.-]+")


def is_name(text: str) -> bool:
    """Whether every FEEL parser reads the text as one name if a variable has it (DMN 1.5, 10.3.1.2, rules 25 to 29)."""
    first, *rest = tokenise(text)
    if first.kind is not TokenKind.WORD or first.text in RESERVED_WORDS:
        return False
    if any(token.kind not in _WORDS and token.text not in _SYMBOLS for token in rest):
        return False
    found = Diagnostics()
    node = parse_expression(Source(text), {text: ANY}, found)
    inside = parse_expression(Source(f"[{text}, {text} + 1, ({text})]"), {text: ANY}, found)
    return isinstance(node, Name) and node.name == text and inside is not None and not found.items


def make_id(text: str) -> str:
    """The text with an underscore for whatever an XML id cannot contain, without one at its ends."""
    return _NOT_OF_IDS.sub("_", text).strip("_")


def make_slug(text: str, otherwise: str) -> str:
    """The text as lower-case words with hyphens between them; `otherwise` where nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-") or otherwise


def clean_name(text: str) -> str:
    """The text without what a FEEL name cannot have: letters, digits, blanks, and signs inside of words are left."""
    return squeeze(_NOT_OF_NAMES.sub(" ", text.replace("’", "'")))


def choose_free(text: str, taken: Container[str], separator: str = " ") -> str:
    """The text, or the first of `text 2`, `text 3` ... that is not taken."""
    chosen, number = text, 2
    while chosen in taken:
        chosen, number = f"{text}{separator}{number}", number + 1
    return chosen


class Unused:
    """Names or ids that are each handed out once; a number after the separator distinguishes equal ones."""

    def __init__(self, separator: str = " ", taken: Iterable[str] = ()) -> None:
        self._separator = separator
        self._taken = set(taken)

    def take(self, text: str) -> str:
        """The text, or the first of it with a number that is not taken."""
        chosen = choose_free(text, self._taken, self._separator)
        self._taken.add(chosen)
        return chosen
