"""Built-in functions on strings (DMN 1.5, 10.3.4.3, table 74). A character is a Unicode code point."""

from __future__ import annotations

from decimal import Decimal

from dmn_engine.feel import operators
from dmn_engine.feel.builtins import patterns
from dmn_engine.feel.builtins.builtin import Builtin, builtin
from dmn_engine.feel.builtins.positions import slice_from
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.values import Value


def take_substring(text: str, start: Decimal, length: Decimal | None) -> str:
    """The characters from a position on; the first is 1, the last -1."""
    return text[slice_from(len(text), start, length)]


def cut_before(text: str, match: str) -> str:
    """The text before the match."""
    return text.partition(match)[0] if match and match in text else ""


def cut_after(text: str, match: str) -> str:
    """The text after the match."""
    return text.partition(match)[2] if match else text


def join(items: list[Value], delimiter: str | None) -> str:
    """The texts of a list joined by a delimiter.

    Nulls are omitted.
    """
    texts: list[str] = []
    for item in items:
        if isinstance(item, str):
            texts.append(item)
        elif item is not None:
            raise FeelError(f"{operators.show(item)} is not text")
    mark = delimiter or ""
    operators.check_text(sum(map(len, texts)) + len(mark) * len(texts))
    return mark.join(texts)


BUILTINS: tuple[Builtin, ...] = (
    builtin("substring(string: string, start position: number, length?: number) -> string", take_substring),
    builtin("string length(string: string) -> number", lambda text: Decimal(len(text)), "The number of characters."),
    builtin("upper case(string: string) -> string", str.upper, "The text in upper case."),
    builtin("lower case(string: string) -> string", str.lower, "The text in lower case."),
    builtin("substring before(string: string, match: string) -> string", cut_before),
    builtin("substring after(string: string, match: string) -> string", cut_after),
    builtin(
        "replace(input: string, pattern: string, replacement: string, flags?: string) -> string",
        patterns.replace,
        is_slow=True,
    ),
    builtin(
        "contains(string: string, match: string) -> boolean", str.__contains__, "Whether the text contains the match."
    ),
    builtin(
        "starts with(string: string, match: string) -> boolean",
        str.startswith,
        "Whether the text starts with the match.",
    ),
    builtin(
        "ends with(string: string, match: string) -> boolean", str.endswith, "Whether the text ends with the match."
    ),
    builtin("matches(input: string, pattern: string, flags?: string) -> boolean", patterns.matches, is_slow=True),
    builtin("split(string: string, delimiter: string) -> list<string>", patterns.split, is_slow=True),
    builtin("string join(list: list, delimiter?: string) -> string", join),
)
