"""The tokens of a FEEL text with their offsets (DMN 1.5, 10.3.1.2, rules 27 to 62)."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

OPERATOR_WORDS = frozenset({"and", "or", "in", "between", "instance", "then", "else", "return", "satisfies"})
"""Words that may follow an operand; they end an unknown name."""

RESERVED_WORDS = OPERATOR_WORDS | {"true", "false", "null", "if", "for", "some", "every", "function"}
"""Reserved words: none of them alone is a name."""

KEYWORDS = RESERVED_WORDS | {"not", "of", "external", "date", "time", "duration"}
"""All words of the grammar."""


class TokenKind(Enum):
    """The kind of a token. Invalid tokens have kinds of their own, which the parser reports when it meets them."""

    WORD = "word"
    NUMBER = "number"
    STRING = "string"
    SYMBOL = "symbol"
    END = "end"
    UNCLOSED_STRING = "unclosed string"
    UNCLOSED_COMMENT = "unclosed comment"
    STRANGE = "strange"


class Token(NamedTuple):
    """A piece of the text, `text[start:end]`; `spaced` says that white space or a comment precedes it."""

    kind: TokenKind
    text: str
    start: int
    end: int
    spaced: bool


# Rules 30 and 31. A name of several words, or with symbols in it, is several tokens; the scope joins them.
_NAME_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME_PART = _NAME_START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
# Rules 61 and 62. The range of rule 30 includes the ideographic space and others, which are white space here.
_SPACE = "\u0009-\u000d\u0020\u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
_LINE_END = "\n\r\u000b\u000c\u0085\u2028\u2029"

_GAP = re.compile(rf"(?:[{_SPACE}]+|//[^{_LINE_END}]*|/\*.*?\*/)+", re.DOTALL)
_TOKEN = re.compile(
    rf"""
    (?P<word>(?![{_SPACE}])[{_NAME_START}](?:(?![{_SPACE}])[{_NAME_PART}])*)
  | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|(?<!\.)\.[0-9]+)(?:[eE][+-]?[0-9]+(?![{_NAME_PART}]))?)
  | (?P<string>"(?:[^"\\{_LINE_END}]|\\[^{_LINE_END}])*")
  | (?P<unclosed_string>"(?:[^"\\{_LINE_END}]|\\[^{_LINE_END}])*\\?)
  | (?P<unclosed_comment>/\*[\s\S]*)
  | (?P<symbol>\.\.|<=|>=|!=|\*\*|->|[-+*/<>=()\[\]{{}},:.?'’@])
  | (?P<strange>&&|\|\||[^{_SPACE}])
    """,
    re.VERBOSE,
)
_KINDS = {kind.value.replace(" ", "_"): kind for kind in TokenKind}


def tokenise(text: str) -> list[Token]:
    """The tokens of the text, followed by one of kind END. Takes linear time and never fails."""
    tokens: list[Token] = []
    position = 0
    while True:
        gap = _GAP.match(text, position)
        if gap:
            position = gap.end()
        found = _TOKEN.match(text, position)
        if found is None:
            tokens.append(Token(TokenKind.END, "", position, position, gap is not None))
            return tokens
        kind = _KINDS[found.lastgroup or "strange"]
        tokens.append(Token(kind, found.group(), position, found.end(), gap is not None))
        position = found.end()


class Piece(NamedTuple):
    """A token of a name: its text, and whether white space precedes it."""

    text: str
    spaced: bool


@lru_cache(maxsize=16384)
def split_name(name: str) -> tuple[Piece, ...]:
    """The pieces of a name, with its white space normalised."""
    tokens = tokenise(name)[:-1]
    return tuple(Piece(_fold(token.text), token.spaced and place > 0) for place, token in enumerate(tokens))


def length_of(pieces: tuple[Piece, ...], tokens: list[Token], at: int) -> int:
    """The number of tokens from `at` that spell the name; 0 if they do not.

    Between two words any white space is accepted. Beside a symbol the white space must be as in the name, so that
    `a - b` is a subtraction even if there is a name `a-b`.
    """
    if at + len(pieces) >= len(tokens):
        return 0
    for place, piece in enumerate(pieces):
        token = tokens[at + place]
        if _fold(token.text) != piece.text or (place > 0 and token.spaced != piece.spaced):
            return 0
    return len(pieces)


def join(tokens: list[Token]) -> str:
    """The name that the tokens spell; each run of white space is one blank."""
    words = [(" " if token.spaced else "") + _fold(token.text) for token in tokens]
    return "".join(words).strip()


def _fold(text: str) -> str:
    """The text with a plain apostrophe: spreadsheet programs replace it by a typographic one."""
    return "'" if text == "’" else text


_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def unescape(text: str) -> str:
    r"""The value of a string token with its quotes (rules 35 and 66).

    Escapes are `\n \t \r \b \f \" \' \\ \uXXXX \UXXXXXX`; a pair of surrogates is one character. A backslash before
    anything else is kept, as in the pattern `"\d{3}"`.
    """
    body = text[1:-1]
    if "\\" not in body:
        return body
    return _SURROGATES.sub(_join_surrogates, _ESCAPE.sub(_resolve, body))


def _resolve(found: re.Match[str]) -> str:
    digits = found.group(1) or found.group(2)
    if digits is None:
        return _ESCAPED.get(found.group(3), found.group())
    code = int(digits, 16)
    return chr(code) if code <= 0x10FFFF else found.group()


def _join_surrogates(found: re.Match[str]) -> str:
    return found.group().encode("utf-16", "surrogatepass").decode("utf-16")
