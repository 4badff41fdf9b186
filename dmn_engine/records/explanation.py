"""Word the errors of a value under a schema as diagnostics: all messages of validation in one place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from dmn_engine.diagnostics import Diagnostic, Origin, Severity, Source, nearest_name
from dmn_engine.model.cell_text import count_words, squeeze
from dmn_engine.model.number_text import WRITE_PLAIN, is_odd_choice, list_readings, words_of
from dmn_engine.records.constraints import Part
from dmn_engine.records.documents import join_pointer
from dmn_engine.records.formats import EXAMPLES, temporal_type
from dmn_engine.records.predicate import UnknownKeyword, compile_predicate, is_number, resolve_pointer
from dmn_engine.records.wording import name_kind, say_allowed, say_bounds, say_choice, show_json

Place = Callable[[str], Origin]
"""Where the value under a JSON pointer stands."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A keyword of a schema that a value breaks: `path` leads to the value, `schema` is where the keyword stands."""

    keyword: str
    argument: object
    value: object
    path: tuple[str | int, ...]
    schema: Mapping[str, object]


def explain_violation(violation: Violation, root: object, place: Place) -> tuple[Diagnostic, ...]:
    """The diagnostics of an error: one, or one for each name where a keyword concerns several names."""
    label = label_path(violation.path, root)
    match violation.keyword:
        case "required":
            return tuple(_explain_missing(violation, label, root, place))
        case "additionalProperties" | "unevaluatedProperties" | "propertyNames":
            return tuple(_explain_unknown(violation, label, place))
        case "dependentRequired":
            return tuple(_explain_dependent(violation, root, place))
    explain = _WORDS.get(violation.keyword, _explain_other)
    code, message, hint = explain(violation, label)
    return (_error(code, message, violation.value, violation.path, place, hint),)


def explain_part(part: Part, record: Mapping[str, object], root: object, place: Place) -> tuple[Diagnostic, ...]:
    """An impossible combination: the schema's own sentence, and the record's value of each field that it reads."""
    properties = root.get("properties", {}) if isinstance(root, Mapping) else {}
    given = [name for name in part.fields if name in record]
    words = [f"{label_path((name,), root)} {show_json(record[name])}" for name in given]
    absent = [label_path((name,), root) for name in part.fields if name not in record and name in properties]
    said = "; ".join([*words, *(f"{label} missing" for label in absent)])
    statement = part.statement.rstrip(".")
    sources = [(Source(_field(name, record[name]), place(join_pointer((name,)))), name) for name in given]
    if not sources:
        sources = [(Source("", place("")), "")]
    first, *others = sources
    related = tuple((source, f"{label_path((name,), root)} is given here") for source, name in others)
    return (
        Diagnostic(
            "impossible-combination", Severity.ERROR, f"{statement}; given: {said}", first[0], None, related, ""
        ),
    )


def label_path(path: Iterable[str | int], root: object) -> str:
    """What a reader calls the value: the title of its field, with the number of the item in a list."""
    label, items = "", ""
    schema: object = root
    for part in path:
        schema = _child(schema, part, root)
        if isinstance(part, int):
            items += f", item {part + 1}"
            continue
        title = schema.get("title") if isinstance(schema, Mapping) else None
        label, items = (title if isinstance(title, str) else part), ""
    return f"{label or 'the whole'}{items}" if label or items else "the record"


def _child(schema: object, part: str | int, root: object) -> object:
    """The sub-schema for a member or item, where it is plain to see."""
    while isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str) and "properties" not in schema:
        try:
            schema = resolve_pointer(str(schema["$ref"]), root)
        except UnknownKeyword:
            return None
    if not isinstance(schema, Mapping):
        return None
    if isinstance(part, int):
        return schema.get("items")
    properties = schema.get("properties")
    if isinstance(properties, Mapping) and part in properties:
        return properties[part]
    return schema.get("additionalProperties")


def _explain_missing(violation: Violation, label: str, root: object, place: Place) -> Iterator[Diagnostic]:
    names = violation.argument if isinstance(violation.argument, list) else []
    properties = violation.schema.get("properties")
    for name in names:
        if isinstance(violation.value, Mapping) and name not in violation.value:
            schema = properties.get(name) if isinstance(properties, Mapping) else None
            title = label_path((*violation.path, name), root)
            inside = f" in {label}" if violation.path else ""
            allowed = f"; allowed is {say_allowed(schema)}" if isinstance(schema, Mapping) and "type" in schema else ""
            message = f"{title} is missing{inside}{allowed}"
            hint = f"add {json.dumps(name, ensure_ascii=False)}"
            yield _error("missing-field", message, None, violation.path, place, hint, text="")


def _explain_unknown(violation: Violation, label: str, place: Place) -> Iterator[Diagnostic]:
    properties = violation.schema.get("properties")
    known = properties if isinstance(properties, Mapping) else {}
    patterns = violation.schema.get("patternProperties")
    for name in violation.value if isinstance(violation.value, Mapping) else ():
        if name in known or (isinstance(patterns, Mapping) and any(re.search(item, name) for item in patterns)):
            continue
        shown = json.dumps(name, ensure_ascii=False)
        inside = f"field of {label}" if violation.path else "known field"
        hint = suggest_name(name, known)
        yield _error(
            "unknown-field", f"{shown} is not a {inside}", None, (*violation.path, name), place, hint, text=shown
        )


def suggest_name(name: str, known: Mapping[str, object]) -> str:
    """Which field a misspelt name may mean, by names and titles; all names where they are few and none is near."""
    titles = {_title(schema): key for key, schema in known.items() if _title(schema)}
    near = nearest_name(name, (*known, *titles)) or nearest_name(name.replace(" ", "_"), known)
    if near is None:
        return f"fields are: {', '.join(known)}" if 0 < len(known) <= 12 else ""
    key = near if near in known else titles[near]
    title = _title(known[key])
    return f"did you mean {json.dumps(key)}{f' ({title})' if title and title != key else ''}?"


def _explain_dependent(violation: Violation, root: object, place: Place) -> Iterator[Diagnostic]:
    needs = violation.argument if isinstance(violation.argument, Mapping) else {}
    given = violation.value if isinstance(violation.value, Mapping) else {}
    for name, needed in needs.items():
        for other in needed if name in given else ():
            if other not in given:
                message = (
                    f"{label_path((*violation.path, name), root)} is given, "
                    f"so {label_path((*violation.path, other), root)} must be given too"
                )
                yield _error("missing-field", message, given[name], (*violation.path, name), place, f'add "{other}"')


_Words = tuple[str, str, str]


def _explain_type(violation: Violation, label: str) -> _Words:
    value, allowed = violation.value, say_allowed(violation.schema)
    names = violation.argument if isinstance(violation.argument, list) else [violation.argument]
    numeric = "number" in names or "integer" in names
    if numeric and isinstance(value, Decimal) and value.is_finite() and not is_number(value):
        return "unusable-number", f"{label}: {show_json(value)} has more digits than can be kept (34)", ""
    if "integer" in names and is_number(value):
        return "wrong-type", f"{label}: {show_json(value)} is not whole; allowed is {allowed}", ""
    return (
        "wrong-type",
        f"{label}: {show_json(value)} is {name_kind(value)}; allowed is {allowed}",
        _hint(violation, names),
    )


_YES_NO = {"yes": "true", "true": "true", "y": "true", "no": "false", "false": "false", "n": "false"}


def _hint(violation: Violation, names: list[object]) -> str:
    """What to write instead of a value of the wrong type, where that is plain and the field allows it."""
    value = violation.value
    if isinstance(value, str):
        word = value.strip()
        if "boolean" in names and word.casefold() in _YES_NO:
            return f"write {_YES_NO[word.casefold()]}, without quotes"
        if "number" in names or "integer" in names:
            return _hint_number(word, violation.schema)
    if "array" in names and isinstance(value, str | Decimal):
        parts = [part.strip() for part in re.split("[;,]", value)] if isinstance(value, str) else [value]
        return f"write {show_json(parts)}" if _allows(violation.schema, parts) else ""
    if "string" in names and isinstance(value, Decimal | bool):
        text = show_json(value)
        return (
            f'write "{text}", in quotes'
            if temporal_type(violation.schema) is None and _allows(violation.schema, text)
            else ""
        )
    return ""


def _hint_number(text: str, schema: Mapping[str, object]) -> str:
    """The number that a text is, or all that it may be; nothing where one of them is not allowed."""
    notations = list_readings(text)
    readings = [Decimal(number) for number in notations] or _read_number(text)
    if not readings or is_odd_choice(notations) or not all(_allows(schema, number) for number in readings):
        return "" if len(readings) < 2 else WRITE_PLAIN
    if len(readings) > 1:
        pairs = zip(readings, notations.values(), strict=True)
        return "write " + ", or ".join(f"{show_json(number)} for {words_of(notation)}" for number, notation in pairs)
    return f"write {show_json(readings[0])}" + (", without quotes" if _read_number(text) else "")


def _read_number(text: str) -> list[Decimal]:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return []
    return [number] if number.is_finite() else []


def _allows(schema: Mapping[str, object], value: object) -> bool:
    """Whether the schema allows a value; assumed if only jsonschema can decide."""
    holds = compile_predicate(schema, {})
    return holds is None or holds(value)


def _explain_enum(violation: Violation, label: str) -> _Words:
    listed = violation.argument if isinstance(violation.argument, list) else [violation.argument]
    allowed = say_choice([show_json(item) for item in listed])
    message = f"{label}: {show_json(violation.value)} is not listed; allowed is {allowed}"
    near = None
    if isinstance(violation.value, str):
        near = nearest_name(squeeze(violation.value), (item for item in listed if isinstance(item, str)))
    return "value-not-listed", message, f"did you mean {show_json(near)}?" if near is not None else ""


def _explain_format(violation: Violation, label: str) -> _Words:
    type_ = temporal_type(violation.schema)
    example = f'; write it as "{EXAMPLES[type_]}"' if type_ else ""
    return "wrong-format", f"{label}: {show_json(violation.value)} is not a {type_ or violation.argument}{example}", ""


def _explain_pattern(violation: Violation, label: str) -> _Words:
    message = f"{label}: {show_json(violation.value)} does not have the form that is asked for"
    examples = violation.schema.get("examples")
    hint = f"such as {show_json(examples[0])}" if isinstance(examples, list) and examples else ""
    return "wrong-format", message, hint or f"the form is the regular expression {violation.argument}"


def _explain_size(violation: Violation, label: str) -> _Words:
    value = violation.value
    size = len(value) if isinstance(value, str | list | Mapping) else 0
    noun = {"L": "character", "I": "item", "P": "field"}[violation.keyword[3]]
    least = violation.keyword.startswith("min")
    if size == 0:
        return "wrong-length", f"{label} is empty; {count_words(violation.argument, noun)} or more must be given", ""
    limit = f"at {'least' if least else 'most'} {count_words(violation.argument, noun)}"
    return "wrong-length", f"{label}: {show_json(value)} has {count_words(size, noun)}; allowed is {limit}", ""


def _explain_unique(violation: Violation, label: str) -> _Words:
    items = violation.value if isinstance(violation.value, list) else []
    texts = [show_json(item) for item in items]
    twice = next((text for text in texts if texts.count(text) > 1), show_json(violation.value))
    return "repeated-item", f"{label}: {twice} is given twice", ""


def _explain_other(violation: Violation, label: str) -> _Words:
    words = violation.schema.get("description") or violation.schema.get("$comment")
    rule = f": {words}" if isinstance(words, str) else f" (`{violation.keyword}`)"
    return "not-allowed", f"{label}: {show_json(violation.value)} breaks a rule of the schema{rule}", ""


def _explain_by(code: str, describe: Callable[[Violation], str]) -> Callable[[Violation, str], _Words]:
    """Explain by a sentence that begins with the value."""
    return lambda violation, label: (code, f"{label}: {show_json(violation.value)} {describe(violation)}", "")


def _describe_kinds(violation: Violation) -> str:
    branches = violation.argument if isinstance(violation.argument, list) else []
    allowed = say_choice(say_allowed(item) for item in branches if isinstance(item, Mapping))
    return f"is {name_kind(violation.value)}; allowed is {allowed}"


_explain_bound = _explain_by("out-of-range", lambda found: f"is out of range; allowed is {say_bounds(found.schema)}")
_WORDS: Mapping[str, Callable[[Violation, str], _Words]] = {
    "type": _explain_type,
    "enum": _explain_enum,
    "const": _explain_by("value-not-listed", lambda found: f"is not listed; allowed is {show_json(found.argument)}"),
    "minimum": _explain_bound,
    "maximum": _explain_bound,
    "exclusiveMinimum": _explain_bound,
    "exclusiveMaximum": _explain_bound,
    "multipleOf": _explain_by("out-of-range", lambda found: f"is not a multiple of {show_json(found.argument)}"),
    "format": _explain_format,
    "x-type": _explain_format,
    "pattern": _explain_pattern,
    "minLength": _explain_size,
    "maxLength": _explain_size,
    "minItems": _explain_size,
    "maxItems": _explain_size,
    "minProperties": _explain_size,
    "maxProperties": _explain_size,
    "uniqueItems": _explain_unique,
    "false": _explain_by("not-allowed", lambda _: "is not allowed here"),
    "kinds": _explain_by("wrong-type", _describe_kinds),
    "several": _explain_by("ambiguous-value", lambda _: "fits more than one of the forms that exclude each other"),
}


def _error(
    code: str,
    message: str,
    value: object,
    path: tuple[str | int, ...],
    place: Place,
    hint: str = "",
    text: str | None = None,
) -> Diagnostic:
    shown = show_json(value) if text is None else text
    return Diagnostic(code, Severity.ERROR, message, Source(shown, place(join_pointer(path))), help=hint)


def _title(schema: object) -> str:
    title = schema.get("title") if isinstance(schema, Mapping) else None
    return title if isinstance(title, str) else ""


def _field(name: str, value: object) -> str:
    return f"{json.dumps(name, ensure_ascii=False)}: {show_json(value)}"
