"""The text of a cell in Markdown: what is escaped, what kind it is of.

Writing and reading are exact inverses. What is written shows on the rendered page as the text itself; what Markdown
would show as something else (emphasis, links, HTML) is refused on reading, so that a reviewer and the engine never
read different texts.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from html.entities import html5

from dmn_engine.diagnostics import Origin, Source, Span
from dmn_engine.model.workbook_source import CellKind, CellSource

_ESCAPED = "\\|`*~$"
_ESCAPABLE = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_URL = re.compile(r"(?<![A-Za-z0-9])(?:https?://|www\.)(?:(?![\\|`*&<>\]])[!-~])+")
_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z/!?]")
_ENTITY = re.compile(r"&(?:#(?P<decimal>[0-9]{1,7})|#[xX](?P<hex>[0-9A-Fa-f]{1,6})|(?P<name>[A-Za-z][A-Za-z0-9]*));")
_MARK = re.compile(r"<!--(.*)-->")
_LONG = {"<": _BREAK, "&": _ENTITY, "h": _URL, "w": _URL}
_KINDS = {kind.value: kind for kind in CellKind}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?")
_TEMPORAL = (
    (CellKind.DATE, re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), date.fromisoformat),
    (CellKind.TIME, re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"), time.fromisoformat),
    (
        CellKind.DATE_TIME,
        re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"),
        datetime.fromisoformat,
    ),
)


@dataclass(eq=False)
class MarkdownError(Exception):
    """What cannot be read in a text: where in it, what is wrong and what to write."""

    code: str
    message: str
    span: Span
    help: str


def write_cell(cell: CellSource, *, is_marked: bool = False) -> str:
    """The cell in Markdown. `is_marked`: say its kind also where that is plain, of a word that would mean more."""
    text = write_text(cell.text)
    mark = "" if cell.kind is find_kind(cell.text) and not is_marked else cell.kind.value
    if cell.shown:
        mark = ", ".join(part for part in (mark, f"shown {_write_shown(cell.shown)}") if part)
    return f"{text}<!-- {mark} -->" if mark else text


def read_cell(raw: str, origin: Origin) -> CellSource:
    """The cell that is written; where it is marked, with the kind of the mark. Raises MarkdownError."""
    start = _find_mark(raw)
    text = read_text(raw[:start])
    if start == len(raw):
        return CellSource(Source(text, origin), find_kind(text))
    mark = _MARK.fullmatch(raw, start)
    written = f", {mark[1].strip()}" if mark else ""
    word, _, shown = written.partition(", shown ")
    kind = _KINDS.get(word[2:]) if word else find_kind(text)
    if not written or kind is None:
        kinds = ", ".join(f"`{kind}`" for kind in _KINDS)
        help = f"behind a text stands nothing, or `<!-- KIND -->` with one of {kinds}; for `<` alone write `\\<`"
        raise MarkdownError("unknown-comment", "this comment says nothing of the cell", Span(start, len(raw)), help)
    return CellSource(Source(text, origin), kind, _read_shown(shown))


def is_marked(raw: str) -> bool:
    """Whether a comment follows the text."""
    return _find_mark(raw) < len(raw)


def find_kind(text: str) -> CellKind:
    """The kind of a cell that has this text and no mark."""
    if not text:
        return CellKind.EMPTY
    if text in ("true", "false"):
        return CellKind.BOOLEAN
    if _NUMBER.fullmatch(text) and text != "-0":
        return CellKind.NUMBER
    for kind, pattern, parse in _TEMPORAL:
        if pattern.fullmatch(text):
            try:
                parse(text)
            except ValueError:
                return CellKind.TEXT
            return kind
    return CellKind.TEXT


def split_break(raw: str) -> tuple[str, str] | None:
    """What stands before and behind the first line break; None where there is none."""
    for start, token in _tokenise(raw):
        if _BREAK.fullmatch(token):
            return raw[:start], raw[start + len(token) :]
    return None


def split_row(line: str) -> list[str] | None:
    """The cells of a line `| a | b |` without outer blanks; None where it does not begin and end with `|`."""
    cuts = [start for start, token in _tokenise(line) if token == "|"]
    if len(cuts) < 2 or line[: cuts[0]].strip() or line[cuts[-1] + 1 :].strip():
        return None
    return [line[left + 1 : right].strip(" \t") for left, right in itertools.pairwise(cuts)]


# Writing


def write_text(text: str) -> str:
    """A text so that Markdown shows it as it is, on one line."""
    written: list[str] = []
    place, end = 0, len(text)
    while place < end:
        url = _URL.match(text, place)
        if url:
            written.append(url[0])
            place = url.end()
            continue
        written.append(_write_character(text, place))
        place += 1
    return "".join(written)


def _write_character(text: str, place: int) -> str:
    character = text[place]
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    match character:
        case "\n":
            return "<br>"
        case " " if place == 0 or place == len(text) - 1:
            return "&#32;"
        case "\u00a0":
            return "&nbsp;"
        case "*" if before == after == " " and 1 < place < len(text) - 2:
            return character
        case "_" if _is_word(before) and _is_word(after):
            return character
        case "<" if not _TAG.match(text, place):
            return character
        case "&" if not _ENTITY.match(text, place):
            return character
        case "(" if before != "]":
            return character
        case "_" | "<" | "&" | "(":
            return f"\\{character}"
    if character in _ESCAPED:
        return f"\\{character}"
    return f"&#x{ord(character):X};" if _is_unseen(character) else character


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _is_unseen(character: str) -> bool:
    return character != " " and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")


def _write_shown(shown: str) -> str:
    """What a cell shows, inside a comment: nothing in it ends the comment, the cell or the line."""
    written = []
    for place, character in enumerate(shown):
        is_outer = character == " " and place in (0, len(shown) - 1)
        if character in "&<>|\\-" or is_outer or _is_unseen(character):
            is_plain = character == "-" and shown[place + 1 : place + 2].isalnum()
            written.append(character if is_plain else f"&#{ord(character)};")
        else:
            written.append(character)
    return "".join(written)


# Reading


def read_text(raw: str) -> str:
    """The text that Markdown shows. Raises MarkdownError where it would show something else than text."""
    return "".join(_read_token(raw, start, token) for start, token in _tokenise(raw))


def _tokenise(raw: str) -> Iterator[tuple[int, str]]:
    """The parts that are read as one: escapes, addresses, line breaks, entities, comments; else single characters."""
    place = 0
    while place < len(raw):
        token = raw[place]
        if token == "\\" and raw[place + 1 : place + 2] in _ESCAPABLE and place + 1 < len(raw):
            token = raw[place : place + 2]
        elif token == "<" and raw.startswith("<!--", place):
            end = raw.find("-->", place)
            token = raw[place : end + 3 if end >= 0 else len(raw)]
        elif token in _LONG:
            found = _LONG[token].match(raw, place)
            token = found[0] if found else token
        yield place, token
        place += len(token)


def _find_mark(raw: str) -> int:
    """Where the comment behind the text begins; the end where there is none."""
    return next((start for start, token in _tokenise(raw) if token.startswith("<!--")), len(raw))


def _read_token(raw: str, start: int, token: str) -> str:
    if len(token) > 1:
        return _read_long(raw, start, token)
    before, after = raw[start - 1 : start] if start else "", raw[start + 1 : start + 2]
    is_plain = {
        "*": before == after == " ",
        "_": _is_word(before) and _is_word(after),
        "`": False,
        "~": False,
        "<": not _TAG.match(raw, start),
        "(": before != "]" or raw[start - 2 : start - 1] == "\\",
    }.get(token, True)
    if not is_plain:
        message = f"`{token}` would be read as Markdown here, not as text"
        raise MarkdownError("not-plain-text", message, Span(start, start + 1), f"write `\\{token}`")
    if _is_unseen(token):
        name = f"U+{ord(token):04X}"
        help = f"write a plain blank, or `&#x{ord(token):X};` where it is meant"
        raise MarkdownError("unseen-character", f"nobody can see this character ({name})", Span(start, start + 1), help)
    return token


def _read_long(raw: str, start: int, token: str) -> str:
    if token.startswith("\\"):
        return token[1]
    if token[0] in "hw":
        return token
    if _BREAK.fullmatch(token):
        return "\n"
    entity = _ENTITY.fullmatch(token)
    character = _read_entity(entity) if entity else None
    if character is not None:
        return character
    if entity and entity["name"]:
        return token  # no entity of HTML: Markdown shows it as it is
    message = f"`{token}` is not a known character" if entity else "a comment can only be at the end of a cell"
    raise MarkdownError(
        "not-plain-text", message, Span(start, start + len(token)), f"write `\\{token[0]}` for the sign"
    )


def _read_entity(entity: re.Match[str]) -> str | None:
    if entity["name"]:
        return html5.get(f"{entity['name']};")
    code = int(entity["decimal"]) if entity["decimal"] else int(entity["hex"], 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else None


def _read_shown(shown: str) -> str:
    return _ENTITY.sub(lambda entity: _read_entity(entity) or entity[0], shown)
