"""Split WHO's pseudocode (the sheets `READ ME` of its workbooks) into tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dmn_engine.diagnostics import Span

_SIGNS = {
    "≠": "!=",
    "<>": "!=",
    "!=": "!=",
    "≥": ">=",
    ">=": ">=",
    "=>": ">=",
    "≤": "<=",
    "<=": "<=",
    "=<": "<=",
    "==": "=",
    "=": "=",
    ">": ">",
    "<": "<",
    "−": "-",
    "–": "-",
    "—": "-",
    "-": "-",
    "(": "(",
    ")": ")",
    "[": "[",
    "]": "]",
    "{": "{",
    "}": "}",
    ",": ",",
}
_TOKEN = re.compile(
    r"""\s*(?:
      ["“”](?P<quoted>[^"“”\n]*)["“”]
    | (?P<today>[Tt]oday['’]?s\s+date\b)
    | ['‘’](?P<single>[^'‘’"“”\n]*)['‘’]
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)
    | (?P<sign><>|!=|>=|=>|<=|=<|==|[≠≥≤=<>−–—\-()\[\]{},])
    | (?P<other>\S)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is one of quoted, today, single, number, word, sign, other, end; words and signs in one spelling."""

    kind: str
    text: str
    span: Span

    @property
    def shown(self) -> str:
        """How messages name it."""
        return "the end of the text" if self.kind == "end" else f"`{self.text}`"


def tokenise(text: str, start: int = 0) -> list[Token]:
    """All tokens from `start`, and one of kind `end`; apostrophes before the first are a spreadsheet's mark of text."""
    tokens: list[Token] = []
    at = start
    while at < len(text) and text[at] in "'’‘ \n":
        at += 1
    while (found := _TOKEN.match(text, at)) is not None:
        kind = found.lastgroup or "other"
        value = found[kind]
        if kind == "sign":
            value = _SIGNS[value]
        elif kind in ("quoted", "single"):
            value = " ".join(value.split())
        begin = found.start(kind) - (kind in ("quoted", "single"))
        tokens.append(Token(kind, value, Span(begin, found.end())))
        at = found.end()
    tokens.append(Token("end", "", Span(len(text), len(text))))
    return tokens
