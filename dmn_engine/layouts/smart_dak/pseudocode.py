"""Parse WHO's pseudocode for conditions and outputs.

    condition   = conjunction { "OR" conjunction }
    conjunction = negation { "AND" negation }
    negation    = "NOT" negation | "(" condition ")" | comparison
    comparison  = operand operator value [ where ]           "HIV status" ≠ "HIV-positive"
                | value operator operand operator value      28 days < Today's date − "Date of birth" < 5 years
                | operand "IS" [ "NOT" ] "NULL"
                | operand [ "NOT" ] "IN" texts               "Danger signs" in "No danger signs exist"
                | operand "BETWEEN" value "AND" value
    operand     = term [ "−" term ]
    term        = "Today's date" | "Count of" words [ where ] | [ "latest" ] quoted [ where ]
    where       = [ "(" ] "where" condition [ ")" ]
    value       = quoted | number [ unit ] | "TRUE" | "FALSE" | operand

Words in capitals or not; a quoted text left of an operator is a data element, right of it a value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import cast

from dmn_engine.diagnostics import Span
from dmn_engine.layouts.smart_dak.syntax import (
    OPERANDS,
    TIME_UNITS,
    Absence,
    Assignment,
    Both,
    Comparison,
    Condition,
    Difference,
    Either,
    Element,
    Literal,
    Membership,
    Negation,
    Number,
    Operand,
    Operator,
    Quantity,
    Selection,
    Text,
    Today,
    Truth,
    split_choices,
)

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_MIRRORED: dict[str, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_SELECTORS = ("latest", "last", "earliest", "first", "most recent")
_TRUTHS = {"true": True, "false": False}
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_MAX_DEPTH = 40


class NotUnderstood(Exception):
    """The text does not follow the grammar, or leaves open what it means; `span` is where, `help` what to write."""

    def __init__(self, message: str, span: Span, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.help = help


def parse_condition(text: str, start: int = 0) -> Condition:
    """The condition that the text says from `start` on. Raises NotUnderstood."""
    parser = _Parser(tokenise(text, start))
    condition = parser.read_condition()
    parser.expect_end()
    return condition


def parse_subject(text: str, start: int = 0) -> Operand:
    """The operand that a column's heading says from `start` on. Raises NotUnderstood."""
    parser = _Parser(tokenise(text, start))
    operand = parser.read_operand()
    parser.expect_end()
    return operand


def parse_quantity(text: str) -> Literal:
    """A number, perhaps with its unit. Raises NotUnderstood."""
    parser = _Parser(tokenise(text))
    literal = parser.read_number()
    parser.expect_end()
    return literal


def parse_assignments(text: str) -> tuple[Assignment, ...]:
    """The output entries that the text says, joined by AND. Raises NotUnderstood."""
    parser = _Parser(tokenise(text))
    condition = parser.read_condition()
    parser.expect_end()
    parts = condition.parts if isinstance(condition, Both) else (condition,)
    return tuple(_read_assignment(part, Span(0, len(text))) for part in parts)


def _read_assignment(part: Condition, span: Span) -> Assignment:
    if isinstance(part, Comparison) and part.operator == "=":
        element, value = part.left, part.right
        if isinstance(element, Element | Selection) and not isinstance(value, OPERANDS):
            return Assignment(element, value)
    raise NotUnderstood('an output is written `"Data element" = value`', span)


@dataclass(slots=True)
class _Parser:
    tokens: list[Token]
    at: int = 0
    depth: int = field(default=0)

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def read_condition(self) -> Condition:
        parts = [self._read_conjunction()]
        while self._take_word("or"):
            parts.append(self._read_conjunction())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _read_conjunction(self) -> Condition:
        parts = [self._read_negation()]
        while self._take_word("and"):
            parts.append(self._read_negation())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _read_negation(self) -> Condition:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise NotUnderstood("this is nested too deeply", self.token.span)
        try:
            if self._take_word("not"):
                return Negation(self._read_negation())
            if self._take_sign("("):
                condition = self.read_condition()
                self._expect_sign(")")
                return condition
            return self.read_comparison()
        finally:
            self.depth -= 1

    def read_comparison(self) -> Condition:
        """One comparison, or the two of a chain."""
        start = self.token.span
        left = self._read_left()
        if not isinstance(left, OPERANDS):
            return self._read_chain(left, start)
        operand = left
        if self._take_word("is"):
            is_not = self._take_word("not")
            if self._peek_word(0) in _TRUTHS:
                return Comparison(operand, "!=" if is_not else "=", self._read_value(), self._since(start))
            self._expect_word("null")
            absence = Absence(operand)
            return Negation(absence) if is_not else absence
        if self._take_word("between"):
            low = self._read_value()
            self._expect_word("and")
            high = self._read_value()
            span = self._since(start)
            return Both((Comparison(operand, ">=", low, span), Comparison(operand, "<=", high, span)))
        is_not = self._take_word("not")
        if self._take_word("in"):
            is_quoted = self.token.kind != "single"
            texts = self._read_texts()
            parts = split_choices(texts[0]) if is_quoted and len(texts) == 1 else ()
            membership = Membership(operand, texts, self._since(start), parts)
            return Negation(membership) if is_not else membership
        if is_not:
            raise self._error("`in`")
        operator = self._read_operator()
        if operator in ("=", "!=") and self._take_word("null"):
            absence = Absence(operand)
            return Negation(absence) if operator == "!=" else absence
        right = self._read_value()
        if isinstance(operand, Element) and not isinstance(right, OPERANDS) and self._at_where():
            operand = Selection("", operand.name, self._read_where())
        comparison = Comparison(operand, operator, right, self._since(start))
        others = self._read_alternatives() if operator == "=" and isinstance(right, Text) else []
        if not others:
            return comparison
        span = self._since(start)
        return Either((comparison, *(Comparison(operand, "=", Text(text), span) for text in others)))

    def _read_alternatives(self) -> list[str]:
        """The further values of `"X" = "a" OR "b"`: texts after OR that nothing is compared with, up to the end."""
        texts: list[str] = []
        at = self.at
        while self._peek_word(0) == "or" and self.tokens[self.at + 1].kind == "quoted":
            texts.append(self.tokens[self.at + 1].text)
            self.at += 2
        if texts and (self.token.kind == "end" or self.token.text == ")"):
            return texts
        self.at = at
        return []

    def _read_chain(self, low: Literal, start: Span) -> Condition:
        """`low < operand < high`, both in one direction; or `value operator operand` alone."""
        first = self._read_operator()
        operand = self.read_operand()
        if self.token.kind != "sign" or self.token.text not in _COMPARISONS:
            return Comparison(operand, _MIRRORED[first], low, self._since(start))
        place = self.token.span
        second = self._read_operator()
        if first[0] != second[0] or first[0] not in "<>":
            raise NotUnderstood("the two comparisons go in different directions", place)
        high = self._read_value()
        span = self._since(start)
        return Both((Comparison(operand, _MIRRORED[first], low, span), Comparison(operand, second, high, span)))

    def _read_left(self) -> Operand | Literal:
        if self.token.kind == "number":
            return self.read_number()
        return self.read_operand()

    def read_operand(self) -> Operand:
        """A term, or the time between two."""
        left = self._read_term()
        if self._take_sign("-"):
            return Difference(left, self._read_term())
        return left

    def _read_term(self) -> Operand:
        token = self.token
        if token.kind == "today":
            self.at += 1
            return Today()
        if token.kind == "quoted":
            self.at += 1
            if self._at_where():
                return Selection("", token.text, self._read_where())
            return Element(token.text)
        if token.kind == "word":
            word = token.text.casefold()
            if word == "count":
                return self._read_count()
            which = "most recent" if word == "most" and self._peek_word(1) == "recent" else word
            if which in _SELECTORS:
                self.at += len(which.split())
                self._take_word("of")
                if self.token.kind != "quoted":
                    raise self._error("a data element in double quotation marks")
                what = self.token.text
                self.at += 1
                return Selection(which, what, self._read_where() if self._at_where() else None)
        raise self._error("a data element in double quotation marks")

    def _read_count(self) -> Operand:
        self.at += 1
        self._expect_word("of")
        words = []
        while self.token.kind in ("word", "quoted") and not self._at_where():
            words.append(self.token.text)
            self.at += 1
        if not words:
            raise self._error("what is counted")
        return Selection("count", " ".join(words), self._read_where() if self._at_where() else None)

    def _at_where(self) -> bool:
        return self._peek_word(0) == "where" or (self._is_sign("(") and self._peek_word(1) == "where")

    def _read_where(self) -> Condition:
        is_bracketed = self._take_sign("(")
        self._expect_word("where")
        if not is_bracketed and not self._is_sign("("):
            raise NotUnderstood(
                "it is not clear where the condition after `where` ends: put it in brackets", self._last
            )
        if not is_bracketed:
            self._expect_sign("(")
        condition = self.read_condition()
        self._expect_sign(")")
        return condition

    @property
    def _last(self) -> Span:
        return self.tokens[self.at - 1].span

    def _read_value(self) -> Literal | Operand:
        token = self.token
        if token.kind == "number":
            return self.read_number()
        if token.kind == "single":
            self.at += 1
            return Text(token.text)
        if token.kind == "word" and token.text.casefold() in _TRUTHS:
            self.at += 1
            return Truth(_TRUTHS[token.text.casefold()])
        if token.kind == "quoted":
            self.at += 1
            if self._at_where() and self._is_followed_by_element(token):
                self.at -= 1
                return self.read_operand()
            if self._is_sign("-"):
                self.at -= 1
                return self.read_operand()
            return Text(token.text)
        if token.kind in ("today", "word"):
            try:
                return self.read_operand()
            except NotUnderstood:
                words = self._list_words()
                span = token.span.cover(words[-1].span) if words else token.span
                shown = " ".join(item.text for item in words) or token.text
                raise NotUnderstood(f"expected a value, found `{shown}`", span) from None
        raise self._error("a value")

    def _list_words(self) -> list[Token]:
        """The words from here on."""
        words = []
        for token in self.tokens[self.at :]:
            if token.kind != "word":
                break
            words.append(token)
        return words

    def _is_followed_by_element(self, token: Token) -> bool:
        """Whether `where` is of this text: `"A" (where ...) = "A" (where ...)` compares two selections."""
        before = self.tokens[: self.at - 1]
        return any(item.kind == "quoted" and item.text.casefold() == token.text.casefold() for item in before) or any(
            item.kind == "word" and item.text.casefold() in _SELECTORS for item in before
        )

    def read_number(self) -> Literal:
        digits = self.token.text
        self.at += 1
        token = self.token
        if token.kind == "single" or (token.kind == "word" and token.text.casefold() not in ("and", "or")):
            self.at += 1
            return Quantity(digits, _name_unit(token) + self._read_per())
        if token.kind == "other" and token.text in "%°":
            self.at += 1
            degrees = token.text == "°" and self.token.kind == "word"
            return Quantity(digits, "°" + self._take_text() if degrees else token.text)
        return Number(digits)

    def _read_per(self) -> str:
        """What a unit is counted by: `/L` of `g/L`."""
        if self.token.text != "/" or self.tokens[self.at + 1].kind != "word":
            return ""
        self.at += 1
        text = f"/{self._take_text()}"
        if self.token.kind == "number" and self.token.span.start == self._last.end:
            text += self._take_text()
        return text

    def _take_text(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1].text

    def _read_texts(self) -> tuple[str, ...]:
        bracket = next((sign for sign in _BRACKETS if self._take_sign(sign)), "")
        texts = [self._read_text()]
        while self._take_sign(",") or (bracket and self._take_word("or")):
            texts.append(self._read_text())
        if bracket:
            self._expect_sign(_BRACKETS[bracket])
        return tuple(texts)

    def _read_text(self) -> str:
        if self.token.kind not in ("quoted", "single"):
            raise self._error("a value in quotation marks")
        return self._take_text()

    def _read_operator(self) -> Operator:
        token = self.token
        if token.kind != "sign" or token.text not in _COMPARISONS:
            raise self._error("a comparison (=, ≠, <, >, ≤, ≥, IS NULL, in)")
        self.at += 1
        return cast(Operator, token.text)

    def expect_end(self) -> None:
        """Raises NotUnderstood where something is left."""
        if self.token.kind != "end":
            raise self._error("the end of the text, AND or OR")

    def _peek_word(self, ahead: int) -> str:
        at = min(self.at + ahead, len(self.tokens) - 1)
        return self.tokens[at].text.casefold() if self.tokens[at].kind == "word" else ""

    def _take_word(self, word: str) -> bool:
        taken = self._peek_word(0) == word
        self.at += taken
        return taken

    def _expect_word(self, word: str) -> None:
        if not self._take_word(word):
            raise self._error(f"`{word}`")

    def _is_sign(self, sign: str) -> bool:
        return self.token.kind == "sign" and self.token.text == sign

    def _take_sign(self, sign: str) -> bool:
        taken = self._is_sign(sign)
        self.at += taken
        return taken

    def _expect_sign(self, sign: str) -> None:
        if not self._take_sign(sign):
            raise self._error(f"`{sign}`")

    def _since(self, start: Span) -> Span:
        return start.cover(self._last)

    def _error(self, expected: str) -> NotUnderstood:
        return NotUnderstood(f"expected {expected}, found {self.token.shown}", self.token.span)


def _name_unit(token: Token) -> str:
    word = token.text.casefold()
    singular = word[:-1] if word.endswith("s") else word
    if singular in TIME_UNITS:
        return singular
    if token.kind == "single" or word in _UNITS:
        return token.text
    raise NotUnderstood(f"`{token.text}` is not a unit that is known here", token.span)


_UNITS = (
    *("kg", "g", "mg", "cm", "mm", "m", "mmhg", "l", "ml", "dl", "iu", "mmol", "celsius", "c"),
    *("bpm", "beats", "breaths", "cells", "copies"),
)


_SIGNS = {
    "≠": "!=",
    "<>": "!=",
    "≥": ">=",
    "=>": ">=",
    "≤": "<=",
    "=<": "<=",
    "==": "=",
    **dict.fromkeys("−–—", "-"),
}
"""The signs that are written in several ways."""

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
            value = _SIGNS.get(value, value)
        elif kind in ("quoted", "single"):
            value = " ".join(value.split())
        begin = found.start(kind) - (kind in ("quoted", "single"))
        tokens.append(Token(kind, value, Span(begin, found.end())))
        at = found.end()
    tokens.append(Token("end", "", Span(len(text), len(text))))
    return tokens
