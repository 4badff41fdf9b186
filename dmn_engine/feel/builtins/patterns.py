"""Regular expressions of XPath 2.0 (F&O 7.6) for `matches`, `replace` and `split`. Knows no other functions.

elementpath translates a pattern to Python's syntax, and `regex` runs it, as it can be told to stop: a pattern can take
time exponential in the text. One that takes more than a second has no result.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.operators import MAX_TEXT
from dmn_engine.feel.values import quote

if TYPE_CHECKING:
    from regex import Pattern

MAX_PATTERN = 1_000
"""The longest pattern, in characters."""

MAX_SECONDS = 1.0
"""The longest that one call may look for a pattern."""

_FLAGS = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE, "x": re.NOFLAG}
_REFERENCE = re.compile(r"\\([\\$])|\$([0-9]+)|[\\$]")
_PIECE = re.compile(r"\\[pP]\{[^}]*\}|\\.|.", re.DOTALL)
_CLASSES = {"\\w": "[\\w]", "\\W": "[^\\w]", "\\s": "[\\s]", "\\S": "[^\\s]"}


def matches(text: str, pattern: str, flags: str | None) -> bool:
    """Whether the pattern is found anywhere in the text."""
    compiled = _compile(pattern, flags or "")
    try:
        return compiled.search(text, timeout=MAX_SECONDS) is not None
    except TimeoutError:
        raise _too_slow(pattern) from None


def replace(text: str, pattern: str, replacement: str, flags: str | None) -> str:
    """The text with every match replaced. Raises: FeelError if the pattern matches the empty text."""
    compiled = _compile_delimiter(pattern, flags or "")
    parts = _read_replacement(replacement, compiled.groups)
    pieces: list[str] = []
    size = end = 0
    try:
        for found in compiled.finditer(text, timeout=MAX_SECONDS):
            new = "".join(part if isinstance(part, str) else (found[part] or "") for part in parts)
            pieces += (text[end : found.start()], new)
            size += len(pieces[-2]) + len(new)
            end = found.end()
            if size > MAX_TEXT:
                raise FeelError(f"the text would be longer than {MAX_TEXT} characters")
    except TimeoutError:
        raise _too_slow(pattern) from None
    return "".join([*pieces, text[end:]])


def split(text: str, delimiter: str) -> list[str]:
    """The pieces between the matches. Raises: FeelError if the pattern matches the empty text."""
    compiled = _compile_delimiter(delimiter, "")
    pieces: list[str] = []
    end = 0
    try:
        for found in compiled.finditer(text, timeout=MAX_SECONDS):
            pieces.append(text[end : found.start()])
            end = found.end()
    except TimeoutError:
        raise _too_slow(delimiter) from None
    return [*pieces, text[end:]]


def _too_slow(pattern: str) -> FeelError:
    return FeelError(f"the pattern {quote(pattern)} takes too long on this text")


def _compile_delimiter(pattern: str, flags: str) -> Pattern[str]:
    compiled = _compile(pattern, flags)
    if compiled.search(""):
        raise FeelError(f"the pattern {quote(pattern)} matches the empty text")
    return compiled


@lru_cache(maxsize=512)
def _compile(pattern: str, flags: str) -> Pattern[str]:
    import regex
    from elementpath.regex import RegexError, translate_pattern

    if len(pattern) > MAX_PATTERN:
        raise FeelError(f"a pattern is at most {MAX_PATTERN} characters long")
    python_flags = re.NOFLAG
    for flag in flags:
        if flag not in _FLAGS:
            raise FeelError(f"there is no flag {quote(flag)} for a pattern: s, m, i and x are")
        python_flags |= _FLAGS[flag]
    try:
        translated = translate_pattern(_prepare(pattern, "x" in flags), flags=python_flags, xsd_version="1.1")
        return regex.compile(translated, int(python_flags))
    except (RegexError, regex.error) as error:
        reason = str(error).partition(" at position")[0]
    except (OverflowError, RecursionError):
        reason = "it is too involved"
    raise FeelError(f"{quote(pattern)} is not a regular expression: {reason}")


def _prepare(pattern: str, free_spacing: bool) -> str:
    """The pattern with what elementpath leaves to its caller.

    Outside of character classes: white space goes where the flag x says so, and the classes that Python's `\\w` and
    `\\s` widen become their own. A range of characters cannot begin with a class.
    """
    kept: list[str] = []
    depth = 0
    pieces = _PIECE.findall("".join(_strip(pattern)) if free_spacing else pattern)
    for index, piece in enumerate(pieces):
        depth += {"[": 1, "]": -1}.get(piece, 0)
        if depth > 0 and len(piece) > 1 and piece[1] in "pPdDsSwWiIcC":
            following = pieces[index + 1 : index + 3]
            if following[:1] == ["-"] and following[1:] not in (["]"], ["["]):
                raise FeelError(f"{quote(pattern)} is not a regular expression: no range begins with {piece}")
        kept.append(_CLASSES.get(piece, piece) if depth == 0 else piece)
    return "".join(kept)


def _strip(pattern: str) -> list[str]:
    """The characters of the pattern, without white space outside of character classes."""
    kept: list[str] = []
    depth = 0
    escaped = False
    for character in pattern:
        if not depth and character in " \t\n\r":
            continue
        kept.append(character)
        if not escaped:
            depth += {"[": 1, "]": -1}.get(character, 0)
        escaped = character == "\\" and not escaped
    return kept


def _read_replacement(replacement: str, groups: int) -> list[str | int]:
    """The replacement as texts and numbers of groups: `$12` is group 1 and a 2 where there is no group 12."""
    parts: list[str | int] = []
    end = 0
    for found in _REFERENCE.finditer(replacement):
        parts.append(replacement[end : found.start()])
        end = found.end()
        if found[1]:
            parts.append(found[1])
        elif found[2]:
            parts += _read_reference(found[2], groups)
        else:
            raise FeelError(
                f"write {quote(chr(92) + found[0])} for a {found[0]} in the replacement {quote(replacement)}"
            )
    return [*parts, replacement[end:]]


def _read_reference(digits: str, groups: int) -> list[str | int]:
    for length in range(len(digits), 1, -1):
        if int(digits[:length]) <= groups:
            return [int(digits[:length]), digits[length:]]
    number = int(digits[0])
    return [number, digits[1:]] if number <= groups else ["", digits[1:]]
