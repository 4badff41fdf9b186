"""Read the cell of a rule as a condition, in any of the notations of the layout.

Beside pseudocode these are the regular sentences of WHO's template 2.x (sheet `README`): `Age is less than 9 years`,
`Risk group has X`. A sentence is read only where its subject is literally the column's label and the rest is one of the
forms below; `but is NOT`, `one of`, `between` and alternatives in prose are ambiguous.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dmn_engine.diagnostics import Span
from dmn_engine.layouts.smart_dak.pseudocode import (
    NotUnderstood,
    parse_assignments,
    parse_condition,
    parse_quantity,
    parse_subject,
)
from dmn_engine.layouts.smart_dak.sheet import Cell
from dmn_engine.layouts.smart_dak.syntax import (
    Assignment,
    Both,
    Comparison,
    Condition,
    Element,
    Literal,
    Membership,
    Negation,
    Operand,
    Operator,
    Text,
    Truth,
    split_choices,
)
from dmn_engine.model.cell_text import is_dash


@dataclass(frozen=True, slots=True)
class Unclear:
    """A line of an output that begins with a data element and is not understood."""

    element: str
    line: str
    error: NotUnderstood


_QUOTES = '"“”'
_SIGNS = "=≠<>≤≥"


def read_label(text: str) -> str:
    """The first line of a heading, without the quotation marks of a data element."""
    line = text.split("\n", 1)[0].strip()
    return line[1:-1].strip() if len(line) > 2 and line[0] in _QUOTES and line[-1] in _QUOTES else line


def read_subject(text: str) -> Operand | None:
    """The operand in the pseudocode of a heading; None without pseudocode that is understood."""
    for start in _list_starts(text):
        try:
            return parse_subject(text, start)
        except NotUnderstood:
            continue
    return None


def read_condition(cell: Cell, label: str) -> Condition | None:
    """The condition of an input cell, None for a dash. Raises NotUnderstood, also for an empty cell."""
    text = cell.text
    if cell.error:
        raise NotUnderstood(cell.error, Span(0, len(text)))
    if is_dash(text):
        return None
    if not text:
        raise NotUnderstood("the cell is empty", Span(0, 0), "write – where the column does not matter for the rule")
    failure: NotUnderstood | None = None
    for start in _list_starts(text):
        try:
            return parse_condition(text, start)
        except NotUnderstood as error:
            failure = error
    try:
        return parse_sentence(text, label)
    except NotUnderstood as error:
        is_pseudocode = any(sign in text for sign in _QUOTES + _SIGNS)
        if failure is None or not is_pseudocode:
            raise error from None
        if text.count("(") != text.count(")"):
            message = (
                f"{failure.message}; there are {text.count('(')} opening brackets and {text.count(')')} closing ones"
            )
            raise NotUnderstood(message, failure.span, failure.help) from None
        raise failure from None


def read_assignments(text: str) -> Iterator[Assignment | Unclear]:
    """What the lines of an output cell record: each line that begins with a quotation mark."""
    start = 0
    for line in text.split("\n"):
        begins = line.lstrip("'’‘ ")
        if begins[:1] in tuple(_QUOTES) and any(sign in line for sign in _SIGNS):
            try:
                yield from parse_assignments(line)
            except NotUnderstood as error:
                span = Span(start + error.span.start, start + error.span.end)
                element = re.split(f"[{_QUOTES}]", begins)[1]
                yield Unclear(" ".join(element.split()), line, NotUnderstood(error.message, span, error.help))
        start += len(line) + 1


def _list_starts(text: str) -> Iterator[int]:
    """Where the pseudocode of a text may begin: at once, or after one or more lines of prose."""
    yield 0
    at = text.find("\n")
    while at >= 0:
        yield at + 1
        following = text.find("\n", at + 1)
        if any(sign in text[at:following] for sign in _QUOTES + _SIGNS):
            return
        at = following


_VERB = re.compile(r"(?P<has>has)|(?P<lacks>does\s+not\s+have)|is(?P<not>\s+not)?\b", re.IGNORECASE)
_BOUNDS: tuple[tuple[str, Operator], ...] = (
    (r"(?:less|lower|fewer|smaller)\s+(?:than\s+)?or\s+equal\s+(?:to|with)", "<="),
    (r"equal\s+(?:to|with)\s+or\s+(?:less|lower)\s+than", "<="),
    (r"(?:greater|more|higher|larger)\s+(?:than\s+)?or\s+equal\s+(?:to|with)", ">="),
    (r"equal\s+(?:to|with)\s+or\s+(?:greater|more|higher)\s+than", ">="),
    (r"at\s+least", ">="),
    (r"at\s+most", "<="),
    (r"(?:less|lower|fewer|smaller)\s+than", "<"),
    (r"(?:greater|more|higher|larger)\s+than", ">"),
    (r"equal\s+(?:to|with)", "="),
)
_BOUND = tuple((re.compile(rf"\s*(?:is\s+)?{words}\s+", re.IGNORECASE), operator) for words, operator in _BOUNDS)
_QUANTITY = re.compile(r"\d+(?:\.\d+)?(?:\s*(?:[^\W\d_]+|%))?")
_AND = re.compile(r"\s+and(?=\s+)", re.IGNORECASE)
_OPEN = re.compile(
    r"[,;\n]|\b(?:or|and|but|one\s+of|any\s+of|either|neither|between|within|less|more|greater|equal|than)\b",
    re.IGNORECASE,
)


def parse_sentence(text: str, label: str) -> Condition:
    """The condition of a sentence about `label`. Raises NotUnderstood."""
    start = _skip_subject(text, label)
    verb = _VERB.match(text, start)
    if verb is None:
        raise NotUnderstood("expected `is`, `has` or `does NOT have` after the column's label", Span(start, len(text)))
    span = Span(0, len(text))
    element = Element(label)
    if verb["has"] or verb["lacks"]:
        value = _read_value(text, verb.end())
        member = Membership(element, (value,), span, split_choices(value))
        return Negation(member) if verb["lacks"] else member
    bounds = _read_bounds(text, verb.end(), element)
    if bounds is not None:
        if verb["not"]:
            raise NotUnderstood("`is NOT` before a comparison leaves open what it negates", Span(*verb.span()))
        return bounds
    return Comparison(element, *_read_equality(text, verb.end(), bool(verb["not"])), span)


def _skip_subject(text: str, label: str) -> int:
    """The offset after the label, whose blanks and capitals may differ."""
    words = r"\s+".join(re.escape(word) for word in label.split())
    found = re.compile(rf"\s*{words}\s+", re.IGNORECASE).match(text) if words else None
    if found is None:
        message = (
            f"this is neither pseudocode nor a sentence about `{' '.join(label.split())}`, the label of the column"
        )
        raise NotUnderstood(message, Span(0, len(text)))
    return found.end()


def _read_bounds(text: str, start: int, element: Element) -> Condition | None:
    """One comparison or two joined by `and`; None where the sentence does not compare."""
    parts: list[Condition] = []
    at = start
    while True:
        bound = _match_bound(text, at)
        if bound is None:
            if not parts:
                return None
            raise NotUnderstood("expected a comparison after `and`", Span(at, len(text)))
        found, operator = bound
        quantity = _QUANTITY.match(text, found.end())
        if quantity is None:
            raise NotUnderstood("expected a number", Span(found.end(), len(text)))
        parts.append(Comparison(element, operator, _read_quantity(quantity), Span(at, quantity.end())))
        following = _AND.match(text, quantity.end())
        if following is None:
            if text[quantity.end() :].strip(" ."):
                raise NotUnderstood("expected the end of the text", Span(quantity.end(), len(text)))
            return parts[0] if len(parts) == 1 else Both(tuple(parts))
        at = following.end()


def _match_bound(text: str, at: int) -> tuple[re.Match[str], Operator] | None:
    matches = ((pattern.match(text, at), operator) for pattern, operator in _BOUND)
    return next(((found, operator) for found, operator in matches if found is not None), None)


def _read_equality(text: str, start: int, is_not: bool) -> tuple[Operator, Literal]:
    value = _read_value(text, start)
    if value.casefold() == "present":
        return "=", Truth(not is_not)
    operator: Operator = "!=" if is_not else "="
    if value.casefold() in ("true", "false"):
        return operator, Truth(value.casefold() == "true")
    quantity = _QUANTITY.fullmatch(value)
    if quantity is not None:
        return operator, _read_quantity(quantity)
    return operator, Text(value)


def _read_quantity(found: re.Match[str]) -> Literal:
    try:
        return parse_quantity(found[0])
    except NotUnderstood as error:
        raise NotUnderstood(error.message, Span(*found.span())) from None


def _read_value(text: str, start: int) -> str:
    value = text[start:].strip()
    if len(value) > 1 and value[0] in '"“' and value[-1] in '"”' and '"' not in value[1:-1]:
        return value[1:-1].strip()
    found = _OPEN.search(text, start)
    if found is not None:
        message = (
            f"`{found[0].strip() or 'a line break'}` leaves open where one value ends and how the next is joined to it"
        )
        raise NotUnderstood(message, Span(*found.span()))
    if not value:
        raise NotUnderstood("expected a value", Span(start, len(text)))
    return " ".join(value.split())
