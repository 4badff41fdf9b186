"""Find errors of a JSON Schema itself: malformed keywords, unknown ones, broken references."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from dmn_engine.diagnostics import Diagnostic, Severity, Source, nearest, offer
from dmn_engine.records.conversion import to_exact, to_json
from dmn_engine.records.documents import Document, escape_pointer
from dmn_engine.records.explanation import explain_violation
from dmn_engine.records.predicate import (
    ANNOTATIONS,
    KEYWORDS,
    MAPS,
    OF_THE_SAME_VALUE,
    UnknownKeyword,
    compile_predicate,
    list_subschemas,
    resolve_pointer,
)
from dmn_engine.records.wording import show_json

_PARTS = (
    MAPS
    | OF_THE_SAME_VALUE
    | {"prefixItems", "items", "contains", "additionalProperties", "propertyNames"}
    | {"unevaluatedItems", "unevaluatedProperties"}
)
_KNOWN = KEYWORDS | ANNOTATIONS | _PARTS | {"minContains", "maxContains", "$vocabulary"}


def find_schema_errors(document: Document) -> tuple[Diagnostic, ...]:
    """Every error of the document as a JSON Schema (2020-12), by its JSON pointer."""
    found = list(_walk(document.value, "", document))
    if compile_predicate(document.value, document.value) is None:
        found += _find_malformed(document)
    return tuple(dict.fromkeys(found))


def _walk(schema: object, pointer: str, document: Document) -> Iterator[Diagnostic]:
    for place, part in list_subschemas(schema, _PARTS):
        yield from _walk(part, pointer + place, document)
    for keyword, argument in schema.items() if isinstance(schema, Mapping) else ():
        here = f"{pointer}/{escape_pointer(keyword)}"
        if keyword == "pattern" and not _is_pattern(argument):
            message = f"{show_json(argument)} is not a regular expression"
            yield _error("malformed-schema", message, show_json(argument), here, document)
        elif keyword == "$ref" and not _resolves(argument, document.value):
            message = f"{show_json(argument)} names no part of this schema"
            yield _error("unknown-reference", message, show_json(argument), here, document)
        elif keyword == "$ref" and _is_endless(str(argument), document.value):
            message = f"{show_json(argument)} leads back to itself, so nothing is described"
            yield _error("unknown-reference", message, show_json(argument), here, document)
        elif keyword not in _KNOWN and not keyword.startswith("x-"):
            hint = offer(nearest(keyword, _KNOWN), "words of one's own begin with `x-`")
            message = f"`{keyword}` is not a keyword of JSON Schema, so it would be ignored"
            yield _error("unknown-keyword", message, f'"{keyword}"', here, document, hint)


def _resolves(reference: object, root: object) -> bool:
    try:
        resolve_pointer(str(reference), root)
    except UnknownKeyword:
        return False
    return True


def _is_endless(reference: str, root: object) -> bool:
    """Whether following the reference comes back to it at the same value, which no validator can end."""
    seen: set[str] = set()
    waiting = [reference]
    while waiting:
        for follower in _list_references(resolve_pointer(waiting.pop(), root)):
            if follower == reference:
                return True
            if follower not in seen and _resolves(follower, root):
                seen.add(follower)
                waiting.append(follower)
    return False


def _list_references(schema: object) -> Iterator[str]:
    """The references of a schema that apply to the same value as itself."""
    if isinstance(schema, Mapping) and isinstance(reference := schema.get("$ref"), str):
        yield reference
    for _, part in list_subschemas(schema, OF_THE_SAME_VALUE):
        yield from _list_references(part)


def _find_malformed(document: Document) -> Iterator[Diagnostic]:
    """What the meta-schema says against the schema, in the words that a value gets under its schema."""
    from jsonschema import Draft202012Validator

    from dmn_engine.records.validation import list_violations, merge_violations

    errors = Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(to_json(document.value))
    violations = [
        replace(violation, value=to_exact(violation.value)) for error in errors for violation in list_violations(error)
    ]
    for violation in merge_violations(violations):
        for item in explain_violation(violation, None, document.place):
            yield replace(item, code="malformed-schema")


def _is_pattern(text: object) -> bool:
    try:
        re.compile(str(text))
    except re.error:
        return False
    return True


def _error(code: str, message: str, text: str, pointer: str, document: Document, hint: str = "") -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, Source(text, document.place(pointer)), help=hint)
