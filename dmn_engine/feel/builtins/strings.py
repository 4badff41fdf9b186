"""Built-in functions on strings (DMN 1.5, 10.3.4.3, table 74). A character is a Unicode code point."""

from __future__ import annotations

from decimal import Decimal

from dmn_engine.feel import operators
from dmn_engine.feel.builtins import patterns
from dmn_engine.feel.builtins.builtin import LIST, Builtin, Parameter
from dmn_engine.feel.builtins.positions import slice_from
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.types import BOOLEAN, NUMBER, STRING, ListType
from dmn_engine.feel.values import Value


def take_substring(text: str, start: Decimal, length: Decimal | None) -> str:
    """The characters from the start position on, at most `length` of them."""
    return text[slice_from(len(text), start, length)]


def count_characters(text: str) -> Decimal:
    """The number of code points."""
    return Decimal(len(text))


def raise_case(text: str) -> str:
    """Upper case, by Unicode's rules."""
    return text.upper()


def lower_case(text: str) -> str:
    """Lower case, by Unicode's rules."""
    return text.lower()


def cut_before(text: str, match: str) -> str:
    """The text before the first occurrence; empty if there is none."""
    return text.partition(match)[0] if match and match in text else ""


def cut_after(text: str, match: str) -> str:
    """The text after the first occurrence; empty if there is none."""
    return text.partition(match)[2] if match else text


def contains(text: str, match: str) -> bool:
    """Whether the text contains the match."""
    return match in text


def starts_with(text: str, match: str) -> bool:
    """Whether the text starts with the match."""
    return text.startswith(match)


def ends_with(text: str, match: str) -> bool:
    """Whether the text ends with the match."""
    return text.endswith(match)


def join(items: list[Value], delimiter: str | None) -> str:
    """The strings joined by the delimiter, without nulls."""
    texts: list[str] = []
    for item in items:
        if isinstance(item, str):
            texts.append(item)
        elif item is not None:
            raise FeelError(f"{operators.show(item)} is not text")
    mark = delimiter or ""
    operators.check_text(sum(map(len, texts)) + len(mark) * len(texts))
    return mark.join(texts)


_STRING = Parameter("string", STRING)
_STRING_MATCH = (_STRING, Parameter("match", STRING))
_INPUT_PATTERN = (Parameter("input", STRING), Parameter("pattern", STRING))
_FLAGS = Parameter("flags", STRING, optional=True)

BUILTINS: tuple[Builtin, ...] = (
    Builtin(
        "substring",
        (_STRING, Parameter("start position", NUMBER), Parameter("length", NUMBER, optional=True)),
        STRING,
        take_substring,
        "The characters from a position on; the first is 1, the last -1.",
    ),
    Builtin("string length", (_STRING,), NUMBER, count_characters, "The number of characters."),
    Builtin("upper case", (_STRING,), STRING, raise_case, "The text in upper case."),
    Builtin("lower case", (_STRING,), STRING, lower_case, "The text in lower case."),
    Builtin("substring before", _STRING_MATCH, STRING, cut_before, "The text before the match."),
    Builtin("substring after", _STRING_MATCH, STRING, cut_after, "The text after the match."),
    Builtin(
        "replace",
        (*_INPUT_PATTERN, Parameter("replacement", STRING), _FLAGS),
        STRING,
        patterns.replace,
        "The text with every match of a pattern replaced; $1 is what its first group matched.",
        is_slow=True,
    ),
    Builtin("contains", _STRING_MATCH, BOOLEAN, contains, "Whether the text contains the match."),
    Builtin("starts with", _STRING_MATCH, BOOLEAN, starts_with, "Whether the text starts with the match."),
    Builtin("ends with", _STRING_MATCH, BOOLEAN, ends_with, "Whether the text ends with the match."),
    Builtin(
        "matches",
        (*_INPUT_PATTERN, _FLAGS),
        BOOLEAN,
        patterns.matches,
        "Whether the pattern is found in the text.",
        is_slow=True,
    ),
    Builtin(
        "split",
        (_STRING, Parameter("delimiter", STRING)),
        ListType(STRING),
        patterns.split,
        "The pieces of the text between the matches of a pattern.",
        is_slow=True,
    ),
    Builtin(
        "string join",
        (Parameter("list", LIST), Parameter("delimiter", STRING, optional=True)),
        STRING,
        join,
        "The texts of a list joined by a delimiter.",
    ),
)
