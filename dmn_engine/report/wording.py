"""Words for people: values, statuses, places and the basis of a rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Context, Decimal

from dmn_engine.feel.types import BOOLEAN, ListType
from dmn_engine.feel.values import format_value
from dmn_engine.model import value_text
from dmn_engine.model.data_dictionary import DataDictionary, Field, Value
from dmn_engine.model.result import Condition, FiredRule, Status
from dmn_engine.model.unknown import ErrorValue, Unknown
from dmn_engine.model.value_text import NOTHING

NOT_APPROVED = "NOT approved"
SILENT = "SOURCE SILENT: specialist decision"
INFERRED = "INFERRED: not stated by the source"
SUPPORT = "Supports clinical judgement and never replaces it."

NO_ANSWER = "NO ANSWER, the record has errors"

SHOWN_HASH = 12
"""Digits of a SHA-256 that tell versions apart; the JSON output has them all."""

_DECIMALS = 4  # of a number in a care plan
_ROUNDING = Context(prec=7000)  # digits enough for every number of FEEL

_LINE = re.compile(r":([0-9]+)$")
_ELEMENT = re.compile(r"(:[0-9]+) definitions(?:/(?:[^\s/]+ \"[^\"]*\"|[^\s/]+ [0-9]+(?![^\s/)])|[^\s/):]+))*")
"""A place in a model file: its line, and the path of elements."""

_PART_SEPARATOR = re.compile(r"[\s,;]+")


def show_value(value: Value) -> str:
    """A value as a clinician writes it: bare text, yes and no, plain decimals, lists with commas, `none` for nothing.

    Any other FEEL value is shown as its literal; a part without a value says so.
    """
    return value_text.show_value(value, _show_other)


def show_answer(value: Value) -> str:
    """A value of a care plan: as `show_value`, but a number with long decimals is rounded and marked: `≈1.8048`."""
    return show_value(_round(value))


def _round(value: Value) -> Value:
    """The value with four decimals at most, of a number below 1 with four digits; a rounded number is a text."""
    match value:
        case Decimal() if value.is_finite():
            places = max(_DECIMALS, _DECIMALS - 1 - value.adjusted())
            rounded = _ROUNDING.quantize(value, Decimal(1).scaleb(-places))
            return value if rounded == value else f"≈{value_text.show_number(rounded)}"
        case list():
            return [_round(item) for item in value]
        case Mapping():
            return {key: _round(part) for key, part in value.items()}
    return value


def _show_other(value: Value) -> str:
    match value:
        case None:
            return NOTHING
        case int() | float():
            return str(value)
        case Unknown():
            return "not yet known"
        case ErrorValue():
            return "no value"
        case Mapping():
            return "; ".join(f"{key}: {show_value(part)}" for key, part in value.items()) or NOTHING
    return format_value(value)


def show_field(name: str, dictionary: DataDictionary) -> str:
    """The title of a field by its name or title; the text itself if the data dictionary has no such field."""
    found = dictionary.find(name)
    return found.title if found else name


def show_quantity(value: Value, field: Field | None) -> str:
    """A value with the unit of its field, unless the title says it (`Line of therapy: 2`) or there is no value."""
    if field is None or value is None or not field.unit:
        return show_value(value)
    is_said = field.unit.casefold() in field.title.casefold().split()
    return show_value(value) if is_said else f"{show_value(value)} {field.unit}"


def show_choices(field: Field) -> str:
    """What may be answered: the listed values, yes or no, or the bounds with the unit; empty where anything may be.

    A list may hold any of its listed values, or none.
    """
    domain = field.domain
    if domain.values:
        words = [show_value(value) for value in domain.values]
        if isinstance(field.type, ListType):
            return f"any of {', '.join(words)}; or none"
        return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
    if field.type == BOOLEAN:
        return "yes or no"
    return f"{value_text.show_bounds(domain)} {field.unit}".strip()


def list_sources(rule: FiredRule) -> tuple[str, ...]:
    """The reference ids of a rule one by one, without brackets: `[1,2]` gives `1`, `2`."""
    parts = (part.strip("[]") for text in rule.sources for part in _PART_SEPARATOR.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def show_basis(rule: FiredRule) -> str:
    """The basis of a rule: `source [1, 2]`, or in capitals that it is inferred or that the source is silent."""
    sources = ", ".join(list_sources(rule))
    cited = f"[{sources}]" if sources else ""
    match rule.basis.strip().casefold():
        case "silent":
            return join_words(SILENT, cited)
        case "inferred":
            return join_words(INFERRED, cited)
        case "source":
            return join_words("source", cited)
        case "":
            return f"source {cited}" if cited else "basis not stated"
    return join_words(rule.basis.strip(), cited)


def show_status(status: Status) -> str:
    """A status in the words of a care plan."""
    return {
        Status.DETERMINED: "determined",
        Status.UNDETERMINED: "not yet determined",
        Status.ERROR: "ERROR, no answer",
    }[status]


def show_review(status: str) -> str:
    """A review status that also says that it is not an approval: `in review: NOT approved`."""
    status = status.strip() or "draft"
    return status if is_approved(status) else f"{status}: {NOT_APPROVED}"


def is_approved(status: str) -> bool:
    """Whether a review status is that of a released table or rule; anything but `approved` is not."""
    return status.strip().casefold() == "approved"


def rule_place(rule: FiredRule) -> str:
    """The address of the rule's id, or its file and line; the table's name where the rule has no cell."""
    return shorten_places(rule.cells[0]) if rule.cells else rule.table


def rule_file(rule: FiredRule) -> str:
    """The file that the rule is written in."""
    place = rule_place(rule)
    return _LINE.sub("", place) if _LINE.search(place) else place.split("!")[0]


def shorten_places(text: str) -> str:
    """A text in which places in model files are file and line, without the path of elements to them."""
    return _ELEMENT.sub(r"\1", text)


def call_rule(rule: FiredRule) -> str:
    """`rule CI-1`; a rule without an id is called by its number already: `rule 1`."""
    return rule.rule if rule.rule.startswith("rule ") else f"rule {rule.rule}"


def name_rule(rule: FiredRule, review: Mapping[str, str]) -> str:
    """Rule, table and cell, with the rule's review status where it is not approved and not just its workbook's."""
    differs = (
        rule.review_status and rule.review_status != review.get(rule_file(rule)) and not is_approved(rule.review_status)
    )
    state = f" ({show_review(rule.review_status)})" if differs else ""
    return f"{call_rule(rule)} of {rule.table}{state}, {rule_place(rule)}"


def list_conditions(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """The When cells that ask for something; `-` accepts anything and explains nothing."""
    return tuple(item for item in conditions if item.text.strip() != "-")


def show_condition(condition: Condition) -> str:
    """The value met, and the cell that it fits or fails; file and sheet are those of its rule."""
    met = "not known" if condition.value is None else show_value(condition.value)
    verdict = {True: "fits", False: "does not fit", None: "may fit"}[condition.holds]
    return f"{condition.label} is {met}: {verdict} `{condition.text}` in {_show_spot(condition.cell)}"


def _show_spot(place: str) -> str:
    """A place without its file: the cell, or the line."""
    line = _LINE.search(shorten_places(place))
    return f"line {line.group(1)}" if line else place.rsplit("!")[-1]


def describe_book(version: str, review: str, sha256: str) -> str:
    """Version, review status and the beginning of the hash of a workbook."""
    return f"{f'version {version}, ' if version else ''}{show_review(review)}, SHA-256 {sha256[:SHOWN_HASH]}"


def join_words(*words: str) -> str:
    """The words that are not empty, with blanks between."""
    return " ".join(word for word in words if word)


def join_titles(names: Iterable[str], dictionary: DataDictionary) -> str:
    """Fields by title, with commas."""
    return ", ".join(show_field(name, dictionary) for name in names)
