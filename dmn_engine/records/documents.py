"""Read JSON text: exact numbers, and the line of each value."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path

from dmn_engine.diagnostics import Diagnostic, LineRef, Severity, Source, Span


class UnreadableFile(Exception):
    """A file that cannot be read at all; `diagnostic` is the one error to show."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


@dataclass(frozen=True)
class Document:
    """A JSON value and the text that it was parsed from; `line` is the line of a file of many
    values on which this one stands, 0 for a whole file.

    Numbers are Decimal; one that no Decimal can hold, and NaN and Infinity, are a float (`validation` reports them).
    """

    value: object
    text: str
    file: str
    line: int = 0
    has_repeats: bool = False

    def place(self, pointer: str) -> LineRef:
        """Where the value under the JSON pointer stands; an unknown pointer is looked for in what encloses it."""
        nearest = pointer
        while nearest and nearest not in self._lines:
            nearest = nearest.rpartition("/")[0]
        return LineRef(self.file, self._lines.get(nearest, self.line) if pointer else self.line, pointer)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """Names that an object has twice: JSON keeps the last, which may not be the one that was meant."""
        if not self.has_repeats:
            return ()
        return tuple(
            Diagnostic(
                "repeated-name",
                Severity.ERROR,
                f"{json.dumps(name, ensure_ascii=False)} is given twice (line {first} and line {line})",
                Source(json.dumps(name, ensure_ascii=False), LineRef(self.file, line, pointer)),
                help="keep the one that is right",
            )
            for name, pointer, first, line in self._scan[1]
        )

    @property
    def _lines(self) -> Mapping[str, int]:
        return self._scan[0]

    @cached_property
    def _scan(self) -> tuple[dict[str, int], list[tuple[str, str, int, int]]]:
        return _scan_lines(self.text, max(self.line, 1))


def parse_json(text: str, file: str, line: int = 0) -> Document:
    """Parse JSON text (RFC 8259, and NaN and Infinity so that they can be reported by name).

    Raises UnreadableFile with the line and column where it is not JSON.
    """
    repeats: list[str] = []

    def take_pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            repeats.append("")
        return found

    try:
        value = json.loads(
            text, parse_float=_number, parse_int=_number, parse_constant=float, object_pairs_hook=take_pairs
        )
    except json.JSONDecodeError as error:
        raise UnreadableFile(_syntax_error(error, text, file, line)) from None
    except RecursionError:
        place = Source("", LineRef(file, line))
        raise UnreadableFile(Diagnostic("not-json", Severity.ERROR, "the JSON is nested too deeply", place)) from None
    if _SURROGATE.search(text) and (broken := next(_broken_texts(value), None)) is not None:
        shown = broken.encode("ascii", "backslashreplace").decode()
        place = Source(shown, LineRef(file, line))
        message = "the JSON holds half a character (a lone surrogate)"
        raise UnreadableFile(Diagnostic("not-json", Severity.ERROR, message, place))
    return Document(value, text, file, line, bool(repeats))


def read_text(path: Path, file: str = "") -> str:
    """The text of a UTF-8 file, without its byte order mark. Raises UnreadableFile where there is none."""
    return decode_text(read_bytes(path, file), file or str(path))


def read_bytes(path: Path, file: str = "") -> bytes:
    """The content of a file. Raises UnreadableFile where it cannot be read."""
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise UnreadableFile(
            Diagnostic("unreadable-file", Severity.ERROR, f"cannot be read: {reason}", Source("", file or str(path)))
        ) from None


def decode_text(content: bytes, file: str, line: int = 1) -> str:
    """The text of UTF-8 bytes, without a byte order mark; `line` is that of the first byte.

    Raises UnreadableFile with the line that is not UTF-8.
    """
    content = content.removeprefix(codecs.BOM_UTF8)  # decoded with it, the place of an error is counted from behind it
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            message, place = "the file is in UTF-16, not UTF-8", 0
        else:
            place = content.count(b"\n", 0, error.start) + line
            message = f"the file is not UTF-8 (byte {content[error.start]:#04x} is invalid)"
        raise UnreadableFile(
            Diagnostic(
                "not-utf-8",
                Severity.ERROR,
                message,
                Source("", LineRef(file, place)),
                help="save it again as UTF-8 (in Excel: CSV UTF-8)",
            )
        ) from None


def read_document(path: Path, file: str = "") -> Document:
    """The JSON document in a file; `file` is the name to show. Raises UnreadableFile."""
    return parse_json(read_text(path, file), file or str(path))


def escape_pointer(name: object) -> str:
    """A name or index as a part of a JSON pointer (RFC 6901)."""
    return str(name).replace("~", "~0").replace("/", "~1")


def join_pointer(parts: tuple[str | int, ...]) -> str:
    """The JSON pointer (RFC 6901) of a path of names and indexes."""
    return "".join(f"/{escape_pointer(part)}" for part in parts)


def _number(text: str) -> Decimal | float:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond all bounds
        return float(text)


_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


def _broken_texts(value: object) -> Iterator[str]:
    match value:
        case str():
            if any("\ud800" <= character <= "\udfff" for character in value):
                yield value
        case list():
            for item in value:
                yield from _broken_texts(item)
        case dict():
            for name, item in value.items():
                yield from _broken_texts(name)
                yield from _broken_texts(item)


def _syntax_error(error: json.JSONDecodeError, text: str, file: str, first: int) -> Diagnostic:
    lines = text.split("\n")
    written = lines[error.lineno - 1].rstrip("\r")
    column = min(error.colno - 1, len(written))
    reason = re.sub(r": line \d+ column \d+.*", "", error.msg)
    reason = reason[:1].lower() + reason[1:]
    if not text.strip():
        reason = "the file is empty"
    place = LineRef(file, max(first, 1) + error.lineno - 1)
    return Diagnostic(
        "not-json", Severity.ERROR, f"this is not JSON: {reason}", Source(written, place), Span(column, column + 1)
    )


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


def _scan_lines(text: str, first_line: int) -> tuple[dict[str, int], list[tuple[str, str, int, int]]]:
    """The line of each value by its pointer, and the names that come twice: name, pointer, first line, second line.

    The text is known to be JSON.
    """
    lines: dict[str, int] = {"": first_line}
    repeats: list[tuple[str, str, int, int]] = []
    enclosing: list[tuple[str, int]] = []  # pointer and next index; -1 in an object
    pointer, wants_name, line, at = "", False, first_line, 0
    for token in _TOKEN.finditer(text):
        line += text.count("\n", at, token.start())
        at = token.start()
        word = token.group()
        if word in ("{", "["):
            lines.setdefault(pointer, line)
            enclosing.append((pointer, -1 if word == "{" else 0))
            wants_name = word == "{"
            if word == "[":
                pointer += "/0"
        elif word in ("}", "]"):
            pointer, _ = enclosing.pop()
            wants_name = False
        elif word == ",":
            outer, index = enclosing[-1]
            wants_name = index < 0
            if index >= 0:
                enclosing[-1] = (outer, index + 1)
                pointer = f"{outer}/{index + 1}"
        elif word == ":":
            continue
        elif wants_name:
            name = json.loads(word, strict=False)
            pointer = f"{enclosing[-1][0]}/{escape_pointer(name)}"
            if pointer in lines:
                repeats.append((name, pointer, lines[pointer], line))
            lines[pointer] = line
            wants_name = False
        else:
            lines.setdefault(pointer, line)
    return lines, repeats
