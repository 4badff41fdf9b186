"""Portable names and ids: names that every DMN engine can parse, ids that every XML parser accepts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.feel.parser import parse_expression
from dmn_engine.feel.parser.syntax_errors import RESERVED_WORDS
from dmn_engine.feel.syntax import Name
from dmn_engine.feel.tokens import TokenKind, tokenise
from dmn_engine.feel.types import ANY

_KINDS = (TokenKind.WORD, TokenKind.NUMBER, TokenKind.END)
_SYMBOLS = ("+", "-", "*", "/", ".", "'", "’")
_NOT_OF_NAMES = re.compile(r"[^\w.'+*/-]+")
_NOT_OF_IDS = re.compile(r"[^\w.-]+", re.ASCII)


def is_name(text: str) -> bool:
    """Whether every FEEL parser reads the text as one name if a variable has it (DMN 1.5, 10.3.1.2, rules 25 to 29)."""
    first, *rest = tokenise(text)
    if first.kind is not TokenKind.WORD or first.text in RESERVED_WORDS:
        return False
    if any(token.kind not in _KINDS and token.text not in _SYMBOLS for token in rest):
        return False
    found = Diagnostics()
    node = parse_expression(Source(text), {text: ANY}, found)
    return isinstance(node, Name) and node.name == text and not found.items


@dataclass(slots=True)
class SafeNames:
    """Unique, valid FEEL names."""

    taken: set[str] = field(default_factory=set)

    def choose(self, text: str, otherwise: str) -> str:
        """The text, if it is a valid and unused name, else a similar one; `otherwise` if no valid character is left."""
        base = text if is_name(text) else _keep_valid(text, otherwise)
        chosen, number = base, 2
        while chosen in self.taken:
            chosen, number = f"{base} {number}", number + 1
        self.taken.add(chosen)
        return chosen


def _keep_valid(text: str, otherwise: str) -> str:
    """The text without characters that names cannot contain."""
    words = " ".join(_NOT_OF_NAMES.sub(" ", text).split())
    return next((name for name in (words, f"_{words}", otherwise) if is_name(name)), "value")


@dataclass(slots=True)
class Ids:
    """Unique ids of one file."""

    taken: set[str] = field(default_factory=set)

    def choose(self, *parts: str) -> str:
        """A unique id made of these parts."""
        base = _NOT_OF_IDS.sub("_", "_".join(part for part in parts if part)).strip("_") or "element"
        base = base if base[0].isalpha() else f"_{base}"
        chosen, number = base, 2
        while chosen in self.taken:
            chosen, number = f"{base}_{number}", number + 1
        self.taken.add(chosen)
        return chosen
