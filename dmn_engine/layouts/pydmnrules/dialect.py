"""Translate cells of pyDMNrules tables to FEEL: outputs, tests, allowed values.

The dialect, where it is not FEEL: texts may stand without quotes; a variable of the glossary goes by its own name or by
`Concept.attribute`; `A, B` are alternatives; `x in` asks whether the variable's list holds x; a function of the tested
variable leaves it out (`starts with("V")`); an empty test is any value.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dmn_engine.diagnostics import Diagnostics, Source, nearest_name, offer
from dmn_engine.feel.parser import parse_expression, parse_unary_tests
from dmn_engine.feel.tokens import OPERATOR_WORDS, TokenKind, tokenise
from dmn_engine.feel.types import ANY, Type
from dmn_engine.feel.values import quote
from dmn_engine.layouts.pydmnrules.glossary import Glossary, GlossaryEntry
from dmn_engine.layouts.pydmnrules.words import Wording, Words
from dmn_engine.model.workbook_source import CellKind, CellSource

_CONSTANTS = {"true": "true", "TRUE": "true", "false": "false", "FALSE": "false", "null": "null"}
_COMPARISONS = ("<=", ">=", "!=", "<", ">", "=")
_OF_ONE = ("odd", "even", "all", "any", "not")
_OF_TEXT = ("contains", "starts with", "ends with", "matches")
_OF_TWO = (
    *_OF_TEXT,
    *("list contains", "is", "before", "after", "meets", "met by", "overlaps", "overlaps before", "overlaps after"),
    *("finishes", "finished by", "includes", "during", "starts", "started by", "coincides"),
)
_MEMBERSHIPS = (
    (" not in", "? = null or not(list contains(?, {}))"),
    (" in", "? != null and list contains(?, {})"),
)
_CODE = re.compile(r"0[0-9]+|[0-9]+[eE][0-9]+")
_COMMENT = re.compile(r"(?<!:)//[^\n]*")
_QUOTE_HELP = "put a text into double quotes; write a variable as the glossary has it"
_DATES = (CellKind.DATE, CellKind.TIME, CellKind.DATE_TIME)


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of variables in the result, or expressions in their place. `names` are the names."""

    texts: Mapping[str, str]
    names: Mapping[str, Type]

    @classmethod
    def of(cls, names: Mapping[str, str]) -> Naming:
        """Variables by their names."""
        return cls(names, dict.fromkeys(names.values(), ANY))

    def replacing(self, variable: str, text: str) -> Naming:
        """The same with one variable replaced by an expression."""
        return Naming({**self.texts, variable: text}, self.names)


_NOTHING = Naming({}, {})


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell as FEEL, and the variables that it names. A cell that is not understood keeps its own text."""

    source: Source
    uses: frozenset[str] = frozenset()
    is_understood: bool = True


class Dialect:
    """Reads cells by a glossary."""

    def __init__(self, glossary: Glossary, diagnostics: Diagnostics) -> None:
        self.glossary = glossary
        self.words = Words(glossary)
        self.diagnostics = diagnostics
        self._quoted = {variable: quote(variable) for variable in glossary.entries}
        self._folded = {variable.casefold(): variable for variable in glossary.entries}
        self._known: dict[tuple[CellKind, str, str], str] = {}

    def read_output(self, cell: CellSource, naming: Naming) -> Reading:
        """The expression of an output cell that is not empty."""
        return self._remember(cell, "", lambda: self._read_output(cell, naming))

    def read_test(self, cell: CellSource, tested: GlossaryEntry, naming: Naming) -> Reading:
        """The unary tests of an input cell; an empty one is any value."""
        return self._remember(cell, tested.variable, lambda: self._read_test(cell, tested, naming))

    def _remember(self, cell: CellSource, tested: str, read: Callable[[], Reading]) -> Reading:
        """The cached reading of the same text, if it names no variable and has no diagnostics."""
        key = (cell.kind, cell.text, tested)
        known = self._known.get(key)
        if known is not None:
            return Reading(Source(known, cell.origin))
        said = len(self.diagnostics.items)
        reading = read()
        if not reading.uses and reading.is_understood and len(self.diagnostics.items) == said:
            self._known[key] = reading.source.text
        return reading

    def _read_output(self, cell: CellSource, naming: Naming) -> Reading:
        literal = read_literal(cell)
        if literal is not None:
            return Reading(Source(literal, cell.origin))
        wording = self.words.read(cell.text, naming.texts)
        if wording.is_prose and not wording.unknown_attribute:
            text = _COMMENT.sub("", cell.text).strip()
            self.tell_similar(cell, text)
            return Reading(Source(quote(text), cell.origin))
        converted = Source(wording.text, cell.origin)
        errors = Diagnostics()
        parse_expression(converted, naming.names, errors)
        if errors.items or wording.unknown or wording.unknown_attribute:
            return self._refuse(cell, wording, naming, is_test=False)
        self._tell_bare(cell, [wording])
        self.tell_number(cell, cell.text)
        return Reading(converted, frozenset(wording.uses))

    def _read_test(self, cell: CellSource, tested: GlossaryEntry, naming: Naming) -> Reading:
        if not cell.text or cell.text == "-":
            return Reading(Source("-", cell.origin))
        literal = read_literal(cell)
        if literal is not None:
            return Reading(Source(literal, cell.origin))
        reader = _TestReader(self, cell, {**naming.texts, tested.variable: "?"}, tested)
        text = reader.read(cell.text)
        if text is None:
            return self._refuse(cell, reader.failing, naming, is_test=True)
        converted = Source(text, cell.origin)
        errors = Diagnostics()
        parse_unary_tests(converted, naming.names, errors)
        if errors.items:
            return self._refuse(cell, None, naming, is_test=True)
        self._tell_bare(cell, reader.wordings)
        return Reading(converted, frozenset(reader.uses - {tested.variable}))

    def read_values(self, cell: CellSource) -> Reading:
        """The allowed values of an output: constants with commas between them."""
        literal = read_literal(cell)
        if literal is not None:
            return Reading(Source(literal, cell.origin))
        parts = []
        for part in split_alternatives(cell.text):
            wording = self.words.read(part, self._quoted)
            parts.append(quote(part) if wording.is_prose else _CONSTANTS.get(part, wording.text))
        converted = Source(", ".join(parts), cell.origin)
        errors = Diagnostics()
        parse_unary_tests(converted, {}, errors)
        if errors.items:
            return self._refuse(cell, None, _NOTHING, is_test=True)
        return Reading(converted)

    def read_constant(self, cell: CellSource) -> Reading:
        """The value of a cell of test data: FEEL in brackets, else the text as it stands."""
        literal = read_literal(cell)
        if literal is not None:
            return Reading(Source(literal, cell.origin))
        text = cell.text
        if text[:1] + text[-1:] in ("[]", "{}"):
            wording = self.words.read(text, self._quoted)
            errors = Diagnostics()
            parse_expression(Source(wording.text, cell.origin), {}, errors)
            if errors.items:
                return self._refuse(cell, wording, _NOTHING, is_test=False)
            return Reading(Source(wording.text, cell.origin))
        is_quoted = len(text) > 1 and text[0] == text[-1] == '"'
        return Reading(Source(quote(text[1:-1].strip() if is_quoted else text), cell.origin))

    def tell_number(self, cell: CellSource, text: str) -> None:
        """Report a text that is read as a number but may be a code, because its leading zeros would be lost."""
        if _CODE.fullmatch(text):
            message = f"the text `{text}` is read as a number"
            help = "if it is a code, put it into double quotes"
            self.diagnostics.warning("bare-number", message, cell.source, help=help)

    def tell_similar(self, cell: CellSource, text: str) -> None:
        """Report a text without quotes that resembles a variable, or true or false."""
        if text.casefold() in ("true", "false"):
            message = f"`{text}` is read as the text {quote(text)}"
            help = f"write `{text.casefold()}` for the truth value, or put the text into double quotes"
            self.diagnostics.warning("bare-text", message, cell.source, help=help)
            return
        close = self._folded.get(text.casefold()) or self._find_close(text)
        if close is not None:
            message = f"`{text}` is read as the text {quote(text)}, but there is a variable `{close}`"
            help = f"write `{close}` for the variable, or put the text into double quotes"
            self.diagnostics.warning("bare-text", message, cell.source, help=help)

    def _find_close(self, text: str) -> str | None:
        if len(text) < 6 or len(text) > 100:
            return None
        found = difflib.get_close_matches(text.casefold(), self._folded, n=1, cutoff=0.88)
        return self._folded[found[0]] if found else None

    def _tell_bare(self, cell: CellSource, wordings: Sequence[Wording]) -> None:
        bare = [text for wording in wordings if not wording.is_prose for text in wording.bare]
        if bare:
            words = ", ".join(quote(text) for text in dict.fromkeys(bare))
            message = f"words of this expression that are not variables are read as texts: {words}"
            is_doubtful = any(wording.is_doubtful for wording in wordings)
            report = self.diagnostics.warning if is_doubtful else self.diagnostics.note
            report("bare-words", message, cell.source, help=_QUOTE_HELP)

    def _refuse(self, cell: CellSource, wording: Wording | None, naming: Naming, *, is_test: bool) -> Reading:
        """Report a cell that is not understood; its own text is kept."""
        refused = Reading(cell.source, is_understood=False)
        strange = (wording.unknown_attribute or next(iter(wording.unknown), "")) if wording is not None else ""
        if strange:
            entries = self.glossary.items if wording is not None and wording.unknown_attribute else self._quoted
            message = f"the glossary has no `{strange}`"
            help = offer(nearest_name(strange, entries), _QUOTE_HELP)
            self.diagnostics.error("unknown-variable", message, cell.source, help=help)
            return refused
        errors = Diagnostics()
        parse = parse_unary_tests if is_test else parse_expression
        parse(cell.source, naming.names, errors)
        failure = errors.items[0] if errors.items else None
        if failure is not None and failure.code != "unknown-name":
            self.diagnostics.items.append(failure)
            return refused
        if wording is not None and wording.uses:
            named = ", ".join(f"`{variable}`" for variable in sorted(wording.uses))
            message = f"this names the variable {named}, but is not an expression, and not clearly a text"
        elif failure is not None:
            message = failure.message
        else:
            message = "this is not FEEL, and not clearly a text"
        self.diagnostics.error("cell-not-understood", message, cell.source, help=_QUOTE_HELP)
        return refused


class _TestReader:
    """One input cell. `failing` is the part that was not understood, if its words were the reason."""

    def __init__(self, dialect: Dialect, cell: CellSource, names: Mapping[str, str], tested: GlossaryEntry) -> None:
        self.dialect = dialect
        self.cell = cell
        self.names = names
        self.tested = tested
        self.uses: set[str] = set()
        self.wordings: list[Wording] = []
        self.failing: Wording | None = None

    def read(self, text: str) -> str | None:
        """The unary tests, None where they are not understood."""
        whole = self.dialect.words.read(text, self.names)
        if self.tested.variable in whole.uses:
            return self._read_whole(whole)
        negated = _take_negation(text)
        if negated is None:
            return self._alternatives(text)
        inner = "?" if not negated else self._alternatives(negated)
        return None if inner is None else f"not({inner})"

    def _read_whole(self, wording: Wording) -> str | None:
        """An expression that names the tested variable itself is the whole condition."""
        if wording.unknown or wording.unknown_attribute or wording.text == "?":
            self.failing = wording
            return None
        self.uses |= wording.uses
        self.wordings.append(wording)
        return wording.text

    def _alternatives(self, text: str) -> str | None:
        text = text.strip()
        if text.startswith(("in(", "in ")):
            text = text[2:].strip()
            inner = _inside_parentheses(text)
            if inner is not None and ".." not in inner:
                text = inner
        parts = [self._single(part) for part in split_alternatives(text)]
        return ", ".join(part for part in parts if part is not None) if parts and None not in parts else None

    def _single(self, text: str) -> str | None:
        if text.startswith("in "):
            text = text[3:].strip()
        for operator in _COMPARISONS:
            if text.startswith(operator):
                value = self._value(text[len(operator) :].strip())
                return None if value is None else f"{operator} {value}"
        for ending, form in _MEMBERSHIPS:
            if text.endswith(ending):
                value = self._value(text.removesuffix(ending).strip())
                return None if value is None or value.startswith("[") else form.format(value)
        called = self._function(text)
        return self._value(text) if called is None else called

    def _function(self, text: str) -> str | None:
        """A function of the tested variable that leaves it out; None if the text is not such a call."""
        name, parenthesis, rest = text.partition("(")
        if not parenthesis or not rest.endswith(")") or _inside_parentheses(f"({rest}") is None:
            return None
        name = name.strip()
        arguments = split_alternatives(rest[:-1])
        if not arguments and name in _OF_ONE:
            return f"{name}(?)"
        if name not in _OF_TWO or len(arguments) not in ((1, 2) if name == "matches" else (1,)):
            return None
        values = [self._argument(name, argument) for argument in arguments]
        return None if None in values else f"{name}(?, {', '.join(value for value in values if value is not None)})"

    def _argument(self, function: str, text: str) -> str | None:
        """An argument; that of a function of texts is a text, with or without quotes."""
        if function in _OF_TEXT and self.dialect.words.find(text) is None and not text.startswith('"'):
            return quote(text)
        return self._value(text)

    def _value(self, text: str) -> str | None:
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        wording = self.dialect.words.read(text, self.names)
        is_vague = wording.is_prose and len(text.split()) > 1 and not _is_plain_phrase(text)
        if not text or is_vague or wording.unknown_attribute or (wording.unknown and not wording.is_prose):
            self.failing = wording
            return None
        self.uses |= wording.uses
        if not wording.is_prose:
            self.wordings.append(wording)
            self.dialect.tell_number(self.cell, text)
            return wording.text
        self.dialect.tell_similar(self.cell, text)
        return quote(text)


def read_literal(cell: CellSource) -> str | None:
    """The FEEL literal of a cell that holds a number, truth value, date or time, or the word for one; else None."""
    if cell.kind in (CellKind.NUMBER, CellKind.BOOLEAN):
        return cell.text
    if cell.kind in _DATES:
        return f"@{quote(cell.text)}"
    return _CONSTANTS.get(cell.text)


def split_alternatives(text: str) -> list[str]:
    """The parts of a text between the commas that stand in no brackets and no quotes; none of an empty text."""
    parts, depth, start = [], 0, 0
    for token in tokenise(text):
        if token.kind is TokenKind.SYMBOL:
            depth += (token.text in "([{") - (token.text in ")]}")
            if token.text == "," and depth <= 0:
                parts.append(text[start : token.start].strip())
                start = token.end
    last = text[start:].strip()
    return [*parts, last] if parts or last else []


def _take_negation(text: str) -> str | None:
    """What `not(...)` or `not ...` negates; None for another text."""
    if text.startswith("not("):
        return _inside_parentheses(text[3:])
    return text[4:].strip() if text.startswith("not ") else None


def _inside_parentheses(text: str) -> str | None:
    """What stands in the parentheses that are the whole text, None where they are not."""
    if not text.startswith("(") or not text.endswith(")"):
        return None
    depth = 0
    for token in tokenise(text):
        if token.kind is TokenKind.SYMBOL:
            depth += (token.text in "([{") - (token.text in ")]}")
            if depth == 0:
                return text[1:-1].strip() if token.end == len(text) else None
    return None


def _is_plain_phrase(text: str) -> bool:
    """Whether words without quotes are surely one text: nothing in them could be meant as a test."""
    return all(token.kind is TokenKind.WORD and token.text not in OPERATOR_WORDS for token in tokenise(text)[:-1])
