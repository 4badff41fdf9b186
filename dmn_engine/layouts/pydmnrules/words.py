"""The words of a cell: which name variables, which belong to FEEL, which are texts without quotes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from dmn_engine.feel.builtins import BUILTINS
from dmn_engine.feel.scope import Scope
from dmn_engine.feel.tokens import (
    OPERATOR_WORDS,
    RESERVED_WORDS,
    Piece,
    Token,
    TokenKind,
    length_of,
    split_name,
    tokenise,
)
from dmn_engine.feel.types import ANY
from dmn_engine.feel.values import quote
from dmn_engine.layouts.pydmnrules.glossary import Glossary, GlossaryEntry

_FUNCTIONS = Scope(dict.fromkeys(BUILTINS, ANY))
_ARITHMETIC = frozenset({"+", "-", "*", "/", "**"})
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_IN_PROSE = frozenset(".,-/'’:+?()")
_BESIDE_ITEMS = frozenset({"[", ",", "]"})
_BEFORE_TEXTS = frozenset({"then", "else", "return", "=", "!=", "(", ",", "[", ":"})
_CURLY = frozenset("“”„‟«»")
_LOCAL = frozenset({"item", "partial"})
_BINDERS = frozenset({"for", "some", "every"})
_DATED = re.compile(
    r"""
    (?P<string>"(?:[^"\\]|\\.)*")
  | (?<![\w:@+-])(?<![^.]\.)(?P<literal>
        [0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?
      | [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?
      | -?P(?:[0-9]+Y(?:[0-9]+M)?|[0-9]+M|[0-9]+D(?:T(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?
          |T[0-9]+[HMS](?:[0-9]+[MS])*)
    )(?![\w:-])
    """,
    re.VERBOSE,
)


@dataclass(slots=True)
class Wording:
    """A text with its words classified.

    `text` is FEEL as far as words go: variables under the names given, texts without quotes in quotes. `uses` are the
    variables that it names, `bare` the texts that had no quotes and are not just items of a list, `unknown` the words
    that stand where only a variable can stand, `unknown_attribute` one of a concept that has none of that name.
    `is_doubtful`: such a text stands where a text is rarely meant. `is_prose`: it is nothing but a text.
    """

    text: str = ""
    uses: set[str] = field(default_factory=set)
    bare: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    unknown_attribute: str = ""
    is_doubtful: bool = False
    is_prose: bool = False


class Words:
    """Reads words by the glossary: a variable has two names, its own and `Concept.attribute`."""

    def __init__(self, glossary: Glossary) -> None:
        self._index: dict[str, list[tuple[tuple[Piece, ...], GlossaryEntry]]] = {}
        self._concepts = glossary.concepts
        for entry in glossary.entries.values():
            for name in (entry.variable, entry.item):
                pieces = split_name(name)
                if pieces:
                    self._index.setdefault(pieces[0].text, []).append((pieces, entry))
        for entries in self._index.values():
            entries.sort(key=lambda item: -len(item[0]))

    def find(self, text: str) -> GlossaryEntry | None:
        """The variable that the whole text names."""
        tokens = tokenise(text)
        found = self._match(tokens, 0)
        return found[0] if found is not None and found[1] == len(tokens) - 1 else None

    def read(self, text: str, names: Mapping[str, str]) -> Wording:
        """The text with its words classified; `names` are the names of variables in the result."""
        dated = _DATED.sub(_quote_literal, text)
        return _Reading(self, tokenise(dated), dated, names).read()

    def _match(self, tokens: list[Token], at: int) -> tuple[GlossaryEntry, int] | None:
        for pieces, entry in self._index.get(tokens[at].text, ()):
            if length_of(pieces, tokens, at):
                return entry, len(pieces)
        return None

    def is_attribute(self, tokens: list[Token], at: int) -> bool:
        """Whether the words are a business concept, a dot and a word that is not an attribute of the concept."""
        return tokens[at].text in self._concepts and tokens[at + 1].text == "."


def _quote_literal(found: re.Match[str]) -> str:
    return found.group() if found["literal"] is None else f'@"{found["literal"]}"'


class _Reading:
    """One text being read, token by token."""

    def __init__(self, words: Words, tokens: list[Token], text: str, names: Mapping[str, str]) -> None:
        self.words = words
        self.tokens = tokens
        self.source = text
        self.names = names
        self.local = set(_LOCAL) if "[" in text or "for" in text else set()
        self.brackets: list[bool] = []
        self.at = 0
        self.parts: list[str] = []

    def read(self) -> Wording:
        wording = Wording(is_prose=self._is_prose())
        while self.tokens[self.at].kind is not TokenKind.END:
            start = self.at
            text = self._step(wording)
            if self.tokens[start].spaced and self.parts:
                self.parts.append(" ")
            self.parts.append(text)
        wording.text = "".join(self.parts)
        wording.is_prose = wording.is_prose and not wording.uses
        return wording

    def _step(self, wording: Wording) -> str:
        token = self.tokens[self.at]
        if token.kind is TokenKind.SYMBOL:
            self._follow_brackets(token)
        is_member = self.at > 0 and self.tokens[self.at - 1].text == "."
        found = None if is_member else self.words._match(self.tokens, self.at)
        if found is not None and not self._is_label(found[1]):
            self.at += found[1]
            wording.uses.add(found[0].variable)
            return self.names[found[0].variable]
        if token.kind is not TokenKind.WORD or is_member or self._belongs_to_feel(token):
            self.at += 1
            return token.text
        return self._read_bare(wording)

    def _follow_brackets(self, token: Token) -> None:
        if token.text == "[":
            before = self.tokens[self.at - 1] if self.at else None
            is_operand = before is not None and (
                (before.kind is TokenKind.WORD and before.text not in RESERVED_WORDS) or before.text in (")", "]", "}")
            )
            self.brackets.append(is_operand)
        elif token.text == "]" and self.brackets:
            self.brackets.pop()

    def _belongs_to_feel(self, token: Token) -> bool:
        if token.text in _BINDERS:
            self._bind()
        if token.text == "function" and self.tokens[self.at + 1].text == "(":
            self._bind_parameters()
        if token.text in RESERVED_WORDS or token.text in self.local or any(self.brackets):
            return True
        before = self.tokens[self.at - 1].text if self.at else ""
        if before in ("instance", "of") or (token.text == "of" and before == "instance"):
            return True
        return self._is_call() or self._is_label(self._run_length())

    def _is_call(self) -> bool:
        """Whether the word begins the name of a function, known or not."""
        known = _FUNCTIONS.longest_match(self.tokens, self.at)
        if known is not None and self.tokens[self.at + known[1]].text == "(":
            return True
        for back in range(1, 4):  # a later word of a known function's name
            start = self.at - back
            known = _FUNCTIONS.longest_match(self.tokens, start) if start >= 0 else None
            if known is not None and known[1] > back and self.tokens[start + known[1]].text == "(":
                return True
        after = self.tokens[self.at + 1]
        return after.text == "(" and not after.spaced

    def _is_label(self, length: int) -> bool:
        """Whether the words are a key of a context or the name of an argument."""
        before = self.tokens[self.at - 1].text if self.at else ""
        after = self.tokens[min(self.at + length, len(self.tokens) - 1)]
        return before in ("{", ",", "(") and after.text == ":"

    def _bind(self) -> None:
        after = self.tokens[self.at + 1]
        if after.kind is TokenKind.WORD:
            self.local.add(after.text)

    def _bind_parameters(self) -> None:
        for token in self.tokens[self.at + 2 :]:
            if token.text == ")":
                return
            if token.kind is TokenKind.WORD:
                self.local.add(token.text)

    def _run_length(self) -> int:
        """How many tokens a text without quotes takes: words and whole numbers, up to a word of an operator."""
        at = self.at + 1
        while True:
            token = self.tokens[at]
            is_word = token.kind is TokenKind.WORD and token.text not in OPERATOR_WORDS
            if not token.spaced or not (is_word or (token.kind is TokenKind.NUMBER and token.text.isdigit())):
                return at - self.at
            if self.words._match(self.tokens, at) is not None:
                return at - self.at
            at += 1

    def _read_bare(self, wording: Wording) -> str:
        length = self._run_length()
        run = self.tokens[self.at : self.at + length]
        text = self.source[run[0].start : run[-1].end]
        before = self.tokens[self.at - 1].text if self.at else ""
        after = self.tokens[self.at + length].text
        is_attribute = length == 1 and self.words.is_attribute(self.tokens, self.at)
        if is_attribute:
            wording.unknown_attribute = f"{text}.{self.tokens[self.at + 2].text}"
        if before in _ARITHMETIC or after in _ARITHMETIC or after in _COMPARISONS:
            wording.unknown.append(text)
        if before not in _BESIDE_ITEMS or after not in _BESIDE_ITEMS:
            wording.bare.append(text)
            wording.is_doubtful = wording.is_doubtful or before not in _BEFORE_TEXTS
        self.at += length
        return quote(text)

    def _is_prose(self) -> bool:
        """Whether the whole is nothing but words and the signs of plain texts."""
        has_word = False
        for index, token in enumerate(self.tokens[:-1]):
            match token.kind:
                case TokenKind.WORD:
                    has_word = True
                case TokenKind.NUMBER:
                    pass
                case TokenKind.SYMBOL:
                    before = self.tokens[index - 1] if index else None
                    is_call = token.text == "(" and before is not None and before.kind is TokenKind.WORD
                    if token.text not in _IN_PROSE or (is_call and not token.spaced):
                        return False
                case TokenKind.STRANGE:
                    if token.text in _CURLY:
                        return False
                case _:
                    return False
        return has_word and self.source.strip() not in ("true", "false", "null")
