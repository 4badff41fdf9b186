"""The message of every FEEL syntax error, with what to write instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dmn_engine.diagnostics import Span, nearest_name, offer
from dmn_engine.feel.tokens import OPERATOR_WORDS, RESERVED_WORDS, Token, TokenKind

_FOREIGN = {
    "==": ("FEEL compares with one `=`", "write `=`"),
    "===": ("FEEL compares with one `=`", "write `=`"),
    "=<": ("FEEL has `<=`, not `=<`", "write `<=`"),
    "=>": ("FEEL has `>=`, not `=>`", "write `>=`"),
    "<>": ("FEEL has `!=`, not `<>`", "write `!=`"),
    "&&": ("FEEL has no `&&`", "write `and`"),
    "&": ("FEEL has no `&`", "write `and`, or `+` to join texts"),
    "||": ("FEEL has no `||`", "write `or`"),
    "|": ("FEEL has no `|`", "write `or`"),
    "!": ("FEEL has no `!`", "write `not(...)`"),
    "^": ("FEEL has no `^`", "write `**`"),
    ";": ("FEEL has no `;`", "write `,`"),
    "%": ("FEEL has no `%`", "write `/ 100` for a percentage, `modulo(a, b)` for a remainder"),
    "≥": ("`≥` is not FEEL", "write `>=`"),
    "≤": ("`≤` is not FEEL", "write `<=`"),
    "≠": ("`≠` is not FEEL", "write `!=`"),
    "×": ("`×` is not FEEL", "write `*`"),
    "÷": ("`÷` is not FEEL", "write `/`"),
    "–": ("this is a dash, not a minus", "write `-`"),
    "—": ("this is a dash, not a minus", "write `-`"),
    "−": ("this is a typographic minus", "write `-`"),
    "…": ("this is one character, not two dots", "write `..`"),
}
_SHOWN = 60
_LONGEST = 200
_SMART_QUOTES = frozenset("“”„‟«»‘‚‛")


class FeelSyntaxError(Exception):
    """A FEEL syntax error: code, message, the span or token of the error and what to write instead."""

    def __init__(self, code: str, message: str, place: Span | Token, help: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.span = place if isinstance(place, Span) else span_of(place)
        self.help = help


def span_of(token: Token) -> Span:
    """The span of the token."""
    return Span(token.start, token.end)


def describe(token: Token) -> str:
    """The description of a token in a message."""
    match token.kind:
        case TokenKind.END:
            return "the end of the text"
        case TokenKind.STRING:
            return f"the string {_shorten(token.text)}"
        case TokenKind.NUMBER:
            return f"the number {token.text}"
        case _:
            return f"`{_shorten(token.text)}`"


def _shorten(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def unexpected(tokens: Sequence[Token], at: int, expected: str, opened: Sequence[Token] = ()) -> FeelSyntaxError:
    """The error for an unexpected token at `at`; `opened` are the brackets that are open before it."""
    token = tokens[at]
    error = _invalid_token(token) or _foreign_operator(tokens, at) or _bracket(token, opened)
    if error is not None:
        return error
    message = f"expected {expected}, found {describe(token)}"
    return FeelSyntaxError("syntax", message, token, _advice(tokens, at, expected))


def _invalid_token(token: Token) -> FeelSyntaxError | None:
    match token.kind:
        case TokenKind.UNCLOSED_STRING:
            message = "this quotation mark is never closed"
            span = Span(token.start, token.start + 1)
            return FeelSyntaxError("unclosed-string", message, span, 'end the string with `"` on the same line')
        case TokenKind.UNCLOSED_COMMENT:
            span = Span(token.start, token.start + 2)
            return FeelSyntaxError(
                "unclosed-comment", "this comment is never closed", span, "end the comment with `*/`"
            )
        case _:
            return None


def _foreign_operator(tokens: Sequence[Token], at: int) -> FeelSyntaxError | None:
    token = tokens[at]
    if token.text in _SMART_QUOTES:
        message = f"`{token.text}` is a typographic quotation mark"
        return FeelSyntaxError("typographic-quote", message, token, 'write straight quotes: `"`')
    if token.text in ("'", "’"):
        message = "write a string in double quotation marks"
        return FeelSyntaxError("single-quote", message, token, 'write `"` instead of the apostrophe')
    pair = tokens[at - 1].text + token.text if at > 0 and not token.spaced else token.text
    start = tokens[at - 1].start if pair in _FOREIGN and pair != token.text else token.start
    known = _FOREIGN.get(pair) or _FOREIGN.get(token.text)
    if known is None:
        return None
    return FeelSyntaxError("foreign-operator", known[0], Span(start, token.end), known[1])


_CLOSING = {"(": "`)`", "[": "`]`", "]": "`[`", "{": "`}`", "<": "`>`"}


def _bracket(token: Token, opened: Sequence[Token]) -> FeelSyntaxError | None:
    if token.kind is TokenKind.END and opened:
        last = opened[-1]
        help = f"close it with {_CLOSING[last.text]}"
        return FeelSyntaxError("unclosed-bracket", f"`{last.text}` is never closed", last, help)
    if token.text in (")", "]", "}") and not opened:
        message = f"`{token.text}` closes nothing"
        return FeelSyntaxError("unopened-bracket", message, token, f"remove `{token.text}`, or open it before")
    return None


def _advice(tokens: Sequence[Token], at: int, expected: str) -> str:
    token = tokens[at]
    before = tokens[at - 1] if at > 0 else None
    if token.text == "..":
        return "write a range in brackets: `[1..5]`, or `(1..5)` without its ends"
    if before is not None and before.text == ",":
        return "remove the comma before it, or write what comes after"
    if before is not None and before.text == "not":
        return "write `not(...)`"
    if before is None or "an operator" not in expected or token.kind in (TokenKind.END, TokenKind.SYMBOL):
        return ""
    if (
        token.text not in OPERATOR_WORDS and before.kind in (TokenKind.WORD, TokenKind.NUMBER, TokenKind.STRING)
    ) or before.text in (")", "]", "}"):
        return "add an operator or a comma before it; write text in double quotation marks"
    return ""


def missing_else(token: Token) -> FeelSyntaxError:
    """An `if` without its `else`."""
    help = "write `if ... then ... else ...`, with `else null` where nothing else applies"
    return FeelSyntaxError("missing-else", "this `if` has no `else`", token, help)


def joined_tests(token: Token) -> FeelSyntaxError:
    """`< 5 or > 10` in a cell: alternatives are separated by commas."""
    if token.text == "or":
        help = "separate alternatives by commas: `< 5, > 10`"
        return FeelSyntaxError("syntax", "`or` cannot join tests", token, help)
    help = "write a range such as `[5..10)`, or use `?`: `? >= 5 and ? < 10`"
    return FeelSyntaxError("syntax", "`and` cannot join tests", token, help)


def stray_input_value(token: Token) -> FeelSyntaxError:
    """`?` outside a unary test."""
    return FeelSyntaxError("stray-input-value", "`?` represents the tested value, and no value is tested here", token)


def misplaced_not(token: Token) -> FeelSyntaxError:
    """`not(...)` of tests among other tests."""
    help = "negate all alternatives together, or use `?`: `not(? < 5)`"
    return FeelSyntaxError("syntax", "`not(...)` of tests must be the whole text", token, help)


def empty_text(span: Span) -> FeelSyntaxError:
    """A text without tokens."""
    return FeelSyntaxError("empty-expression", "the expression is empty", span)


def too_deep(token: Token, limit: int) -> FeelSyntaxError:
    """Nesting beyond the parser's limit."""
    message = f"this nests more than {limit} levels deep"
    help = "give names to parts of it; use a list and `in` for many alternatives"
    return FeelSyntaxError("too-deep", message, token, help)


def bad_number(token: Token, reason: str) -> FeelSyntaxError:
    """A number out of the range of decimal128."""
    return FeelSyntaxError("bad-number", reason, token)


def mixed_arguments(span: Span) -> FeelSyntaxError:
    """Named and positional arguments in one call."""
    return FeelSyntaxError("mixed-arguments", "arguments are either all named or all positional", span)


def reserved_name(token: Token) -> FeelSyntaxError:
    """A reserved word where a name is declared."""
    message = f"`{token.text}` is a word of the language and cannot be a name"
    return FeelSyntaxError("reserved-name", message, token, "choose a longer name")


def repeated_name(what: str, name: str, span: Span) -> FeelSyntaxError:
    """A repeated parameter, argument or key."""
    return FeelSyntaxError("repeated-name", f"the {what} `{name}` appears twice", span)


def unknown_name(name: str, spelled: str, known: Iterable[str]) -> tuple[str, str]:
    """The message and the help for an unknown name; `spelled` is the name with the symbols that follow."""
    words = [word for word in name.split() if word not in RESERVED_WORDS and word.lower() in RESERVED_WORDS]
    message = f"there is no `{_shorten(name)}` here"
    if words:
        return message, f"write `{words[0].lower()}` in lower case"
    choices = list(known)
    found = nearest_name(spelled[:_LONGEST], choices) or nearest_name(name[:_LONGEST], choices)
    return message, offer(found, "write text in double quotation marks")
