"""The parser's position in the tokens, and the rules for names at that position."""

from __future__ import annotations

from dmn_engine.diagnostics import Source, Span
from dmn_engine.feel.parser import syntax_errors
from dmn_engine.feel.scope import Scope
from dmn_engine.feel.tokens import OPERATOR_WORDS, RESERVED_WORDS, Token, TokenKind, join, tokenise

_NAME_SYMBOLS = frozenset(".-/'’+*")  # rule 32


class Cursor:
    """A text, its tokens and the current one; all parsers of the text share it."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.tokens: list[Token] = tokenise(source.text)
        self.at = 0
        self.opened: list[Token] = []

    @property
    def token(self) -> Token:
        """The current token."""
        return self.tokens[self.at]

    @property
    def is_end(self) -> bool:
        """Whether all tokens are consumed."""
        return self.token.kind is TokenKind.END

    def restart(self) -> None:
        """Go back to the first token."""
        self.at = 0
        self.opened.clear()

    def span_from(self, start: int) -> Span:
        """The span from an offset to the end of the token before the current one."""
        return Span(start, self.tokens[self.at - 1].end)

    def advance(self) -> Token:
        """Consume and return the current token."""
        token = self.tokens[self.at]
        self.at += 1
        return token

    def is_symbol(self, *texts: str) -> bool:
        """Whether the current token is one of these symbols."""
        token = self.tokens[self.at]
        return token.kind is TokenKind.SYMBOL and token.text in texts

    def is_word(self, *texts: str) -> bool:
        """Whether the current token is one of these words."""
        token = self.tokens[self.at]
        return token.kind is TokenKind.WORD and token.text in texts

    def take_symbol(self, *texts: str) -> bool:
        """Consume one of these symbols, if it is next; return whether it was."""
        found = self.is_symbol(*texts)
        self.at += found
        return found

    def take_word(self, text: str) -> bool:
        """Consume this word, if it is next; return whether it was."""
        found = self.is_word(text)
        self.at += found
        return found

    def expect_symbol(self, text: str) -> Token:
        """Consume this symbol. Raises: FeelSyntaxError if another token is next."""
        if not self.is_symbol(text):
            raise self.unexpected(f"`{text}`")
        return self.advance()

    def expect_word(self, text: str) -> Token:
        """Consume this word. Raises: FeelSyntaxError if another token is next."""
        if not self.is_word(text):
            raise self.unexpected(f"`{text}`")
        return self.advance()

    def open(self) -> Token:
        """Consume an opening bracket, and remember it until `close`."""
        self.opened.append(self.token)
        return self.advance()

    def close(self, *texts: str, or_else: str = "") -> Token:
        """Consume one of these closing brackets. Raises: FeelSyntaxError if another token is next.

        `or_else` describes the other tokens that could follow, for the message, as in "`,` or `]`".
        """
        if not self.is_symbol(*texts):
            raise self.unexpected(" or ".join(filter(None, (or_else, *(f"`{text}`" for text in texts)))))
        self.opened.pop()
        return self.advance()

    def unexpected(self, expected: str) -> syntax_errors.FeelSyntaxError:
        """The error for a current token that is not what is expected."""
        return syntax_errors.unexpected(self.tokens, self.at, expected, self.opened)

    def expect_end(self, expected: str = "an operator or the end of the text") -> None:
        """Check that all tokens are consumed. Raises: FeelSyntaxError if not."""
        if not self.is_end:
            raise self.unexpected(expected)

    # Names

    def unknown_name_length(self) -> int:
        """The number of tokens of an unknown name at the cursor: the longest run of words.

        The run ends before a word that can follow an operand (`and`, `in`, `then`, ...) and before every symbol except
        an apostrophe inside a word. Its later words may be whole numbers (`Phase 2 trial`).
        """
        tokens, at = self.tokens, self.at
        if tokens[at].kind is not TokenKind.WORD:
            return 0
        at += 1
        while True:
            token = tokens[at]
            if token.spaced and _is_later_word(token):
                at += 1
            elif token.text in ("'", "’") and _is_inside_word(tokens, at):
                at += 2
            else:
                return at - self.at

    def known_name(self, scope: Scope) -> str | None:
        """Consume and return the scope's longest name at the cursor; None if an unknown name there is longer."""
        found = scope.longest_match(self.tokens, self.at)
        if found is None:
            return None
        runs_on = self.tokens[self.at + found[1]].kind is TokenKind.WORD
        if runs_on and found[1] < self.unknown_name_length():
            return None
        self.at += found[1]
        return found[0]

    def unknown_name(self) -> str:
        """Consume and return the unknown name at the cursor."""
        length = max(self.unknown_name_length(), 1)
        name = join(self.tokens[self.at : self.at + length])
        self.at += length
        return name

    def is_label(self) -> bool:
        """Whether a name and a colon are next, as in a named argument or a context entry."""
        length = self._new_name_length()
        return length > 0 and self.tokens[self.at + length].text == ":"

    def new_name(self, what: str, *, until: str = "", is_key: bool = False) -> str:
        """Consume and return the name that is declared at the cursor: all tokens that a name can contain.

        `until` is a word that ends it. Only a key may be a reserved word. Raises: FeelSyntaxError if there is no name.
        """
        token, length = self.token, self._new_name_length(until)
        if length == 0:
            raise self.unexpected(what)
        name = join(self.tokens[self.at : self.at + length])
        if name in RESERVED_WORDS and not is_key:
            raise syntax_errors.reserved_name(token)
        self.at += length
        return name

    def _new_name_length(self, until: str = "") -> int:
        if self.token.kind is not TokenKind.WORD:
            return 0
        at = self.at
        while _may_be_in_name(self.tokens[at]) and (not until or self.tokens[at].text != until):
            at += 1
        return at - self.at

    def spelled_run(self) -> str:
        """The words at the cursor with all symbols that a name can contain, for suggesting a similar name."""
        at = self.at
        while _may_be_in_name(self.tokens[at]) and self.tokens[at].text not in OPERATOR_WORDS:
            at += 1
        return join(self.tokens[self.at : at])


def _may_be_in_name(token: Token) -> bool:
    return token.kind in (TokenKind.WORD, TokenKind.NUMBER) or token.text in _NAME_SYMBOLS


def _is_later_word(token: Token) -> bool:
    if token.kind is TokenKind.NUMBER:
        return token.text.isdigit()
    return token.kind is TokenKind.WORD and token.text not in OPERATOR_WORDS


def _is_inside_word(tokens: list[Token], at: int) -> bool:
    after = tokens[at + 1]
    return after.kind is TokenKind.WORD and not tokens[at].spaced and not after.spaced
