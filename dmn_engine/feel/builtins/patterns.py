"""Built-in functions `matches`, `replace` and `split`, with the regular expressions of XPath 2.0 (F&O 7.6).

elementpath translates a pattern to Python's syntax, and `regex` runs it with a time limit, because some patterns take
time exponential in the length of the text. A pattern that exceeds the limit has no result.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from dmn_engine.feel.budget import spend
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.operators import MAX_TEXT, check_text
from dmn_engine.feel.values import quote

if TYPE_CHECKING:
    from regex import Pattern

MAX_PATTERN = 1_000
"""The longest pattern, in characters."""

MAX_SECONDS = 1.0
"""The time limit of one search."""

MAX_REPEATS = 10_000
"""The most numeric repetitions of a part of a pattern, nested ones multiplied: compiling repeats the part."""

MAX_CATEGORIES = 20
"""The most Unicode categories (`\\p{L}`) in a pattern; each expands to thousands of characters."""

_FLAGS = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE, "x": re.NOFLAG}
_REFERENCE = re.compile(r"\\([\\$])|\$([0-9]+)|[\\$]")
_PIECE = re.compile(r"\\[pP]\{[^}]*\}|\\.|.", re.DOTALL)
_REPEAT = re.compile(r"\\.|\{[0-9]+(?:,[0-9]*)?\}|.", re.DOTALL)
_CATEGORY = re.compile(r"\\[pPiIcC]")
_CLASSES = {"\\w": "[\\w]", "\\W": "[^\\w]", "\\s": "[\\s]", "\\S": "[^\\s]"}


def matches(text: str, pattern: str, flags: str | None) -> bool:
    """Whether the pattern is found in the text."""
    with _charged(pattern):
        return _compile(pattern, flags or "").search(text, timeout=MAX_SECONDS) is not None


def replace(text: str, pattern: str, replacement: str, flags: str | None) -> str:
    """The text with every match of a pattern replaced; $1 is what its first group matched.

    Raises: FeelError if the pattern matches the empty text.
    """
    pieces: list[str] = []
    size = end = 0
    with _charged(pattern):
        compiled = _compile_delimiter(pattern, flags or "")
        parts = _read_replacement(replacement, compiled.groups)
        for found in compiled.finditer(text, timeout=MAX_SECONDS):
            new = "".join(part if isinstance(part, str) else (found[part] or "") for part in parts)
            pieces += (text[end : found.start()], new)
            size += len(pieces[-2]) + len(new)
            end = found.end()
            if size > MAX_TEXT:
                break
    check_text(size + len(text) - end)
    return "".join([*pieces, text[end:]])


def split(text: str, delimiter: str) -> list[str]:
    """The pieces of the text between the matches of a pattern.

    Raises: FeelError if the pattern matches the empty text.
    """
    pieces: list[str] = []
    end = 0
    with _charged(delimiter):
        for found in _compile_delimiter(delimiter, "").finditer(text, timeout=MAX_SECONDS):
            pieces.append(text[end : found.start()])
            end = found.end()
    return [*pieces, text[end:]]


@contextmanager
def _charged(pattern: str) -> Iterator[None]:
    """Charge work on a pattern to the run: one step for each microsecond of this thread.

    Raises: FeelError if the time limit is exceeded.
    """
    for module in ("elementpath.regex", "regex"):
        import_module(module)  # not charged to the run
    began = time.thread_time()
    try:
        yield
    except TimeoutError:
        raise FeelError(f"the pattern {quote(pattern)} takes too long on this text") from None
    finally:
        spend(int((time.thread_time() - began) * 1_000_000))


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
    if len(_CATEGORY.findall(pattern)) > MAX_CATEGORIES or _count_repeats(pattern) > MAX_REPEATS:
        raise FeelError(f"{quote(pattern)} is not a regular expression: it is too complex")
    python_flags = re.NOFLAG
    for flag in flags:
        if flag not in _FLAGS:
            raise FeelError(f"unknown flag {quote(flag)} for a pattern; use s, m, i or x")
        python_flags |= _FLAGS[flag]
    try:
        translated = translate_pattern(_prepare(pattern, "x" in flags), flags=python_flags, xsd_version="1.1")
        return regex.compile(translated, int(python_flags))
    except (RegexError, regex.error) as error:
        reason = str(error).partition(" at position")[0]
    except (OverflowError, RecursionError):
        reason = "it is too complex"
    raise FeelError(f"{quote(pattern)} is not a regular expression: {reason}")


def _count_repeats(pattern: str) -> int:
    """The most numeric repetitions of any part of the pattern, multiplied by those of the groups around it.

    Too high for brackets in a character class, never too low.
    """
    open_groups = [1]
    most = inner = 1
    for found in _REPEAT.finditer(pattern):
        match found[0][0]:
            case "(":
                open_groups.append(1)
                inner = 1
            case ")":
                inner = open_groups.pop() if len(open_groups) > 1 else 1
                open_groups[-1] = max(open_groups[-1], inner)
            case "{" if len(found[0]) > 1:
                inner *= max(int(number) for number in found[0][1:-1].split(",") if number)
                open_groups[-1] = max(open_groups[-1], inner)
                most = max(most, inner)
            case _:
                inner = 1
    return most


def _prepare(pattern: str, free_spacing: bool) -> str:
    """The pattern with the changes that elementpath leaves to its caller.

    The flag x removes white space outside of character classes. The classes `\\w` and `\\s`, which are wider in Python,
    are written out. A range of characters cannot begin with a class.
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
    """The replacement as texts and group numbers; `$12` is group 1 followed by a 2 if there is no group 12."""
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
