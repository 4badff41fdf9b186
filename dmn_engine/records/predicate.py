"""A JSON Schema compiled to a predicate, for the keywords that data dictionaries use.

The verdict is jsonschema's (tests/records holds it to that); a schema with any other keyword has no predicate, and its
caller asks jsonschema. It recognises a valid record in microseconds and without the import of jsonschema, and decides
thousands of impossible combinations while one patient is evaluated.
Values are JSON values whose numbers are Decimal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Hashable, Iterator, Mapping, Sized
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import TypeGuard, TypeVar

from dmn_engine.records.documents import escape_pointer
from dmn_engine.records.formats import is_text_of, temporal_type

Predicate = Callable[[object], bool]

ANNOTATIONS = frozenset(
    ("$schema", "$id", "$anchor", "$comment", "$defs", "title", "description", "default", "examples")
) | frozenset(("deprecated", "readOnly", "writeOnly", "contentMediaType", "contentEncoding", "contentSchema"))
"""Keywords that decide nothing (JSON Schema 2020-12); so does every keyword that begins with `x-`, save `x-type`."""

_DECIMAL128 = Context(prec=34, Emin=-6143, Emax=6144, traps=[])


class UnknownKeyword(Exception):
    """The schema uses a keyword, or a form of one, that this module leaves to jsonschema."""


def compile_predicate(schema: object, root: object) -> Predicate | None:
    """Whether a value satisfies the schema, a part of the document `root`; None where that is left to jsonschema."""
    try:
        return _compile(schema, root)
    except UnknownKeyword:
        return None


def is_number(value: object) -> TypeGuard[Decimal]:
    """Whether a value is a number that FEEL can hold unchanged: finite, of 34 digits (decimal128)."""
    return isinstance(value, Decimal) and value.is_finite() and _DECIMAL128.plus(value) == value


def is_integer(value: object) -> TypeGuard[Decimal]:
    """Whether a value is such a number without a fraction, however it is written (2.0)."""
    return is_number(value) and value == value.to_integral_value()


def is_multiple(value: Decimal, unit: Decimal) -> bool:
    """Whether the value is a whole multiple of the unit, exactly."""
    return unit != 0 and (Fraction(value) / Fraction(unit)).denominator == 1


def freeze_json(value: object) -> Hashable:
    """A key that is equal for equal JSON values only: true is not 1, 2.0 is 2."""
    match value:
        case bool() | None:
            return (type(value), value)
        case list():
            return tuple(map(freeze_json, value))
        case dict():
            return frozenset((name, freeze_json(item)) for name, item in value.items())
    return value if isinstance(value, Hashable) else id(value)


def resolve_pointer(reference: str, root: object) -> object:
    """The part of the document that a reference such as `#/$defs/yes_no` names. Raises UnknownKeyword."""
    if not reference.startswith("#") or (reference != "#" and not reference.startswith("#/")):
        raise UnknownKeyword(reference)
    found = root
    for part in reference.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(found, Mapping) or part not in found:
            raise UnknownKeyword(reference)
        found = found[part]
    return found


MAPS = frozenset(("properties", "patternProperties", "$defs", "dependentSchemas"))
"""Keywords with a schema for each of several names."""

OF_THE_SAME_VALUE = frozenset(("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"))
"""Keywords whose schemas apply to the same value as the schema that has them."""


def list_subschemas(schema: object, keywords: Container[str]) -> Iterator[tuple[str, object]]:
    """The schemas under these keywords of a schema, each after its JSON pointer from there."""
    for keyword, argument in schema.items() if isinstance(schema, Mapping) else ():
        if keyword not in keywords:
            continue
        if isinstance(argument, list):
            yield from ((f"/{keyword}/{index}", part) for index, part in enumerate(argument))
        elif isinstance(argument, Mapping) and keyword in MAPS:
            yield from ((f"/{keyword}/{escape_pointer(name)}", part) for name, part in argument.items())
        else:
            yield f"/{keyword}", argument


@dataclass(frozen=True, slots=True)
class _Site:
    """The schema in which a keyword stands, the document, and the references followed on the way there."""

    schema: Mapping[str, object]
    root: object
    references: tuple[str, ...] = ()

    def compile(self, part: object) -> Predicate:
        return _compile(part, self.root, self.references)

    def follow(self, reference: str) -> Predicate:
        if reference in self.references:  # a schema that refers to itself
            raise UnknownKeyword(reference)
        return _compile(resolve_pointer(reference, self.root), self.root, (*self.references, reference))


def _compile(schema: object, root: object, references: tuple[str, ...] = ()) -> Predicate:
    if schema is True:
        return _accept
    if schema is False:
        return _reject
    if not isinstance(schema, Mapping):
        raise UnknownKeyword(schema)
    site = _Site(schema, root, references)
    checks: list[Predicate] = []
    for keyword, argument in schema.items():
        build = _BUILDERS.get(keyword)
        if build is None and (keyword in ANNOTATIONS or keyword.startswith("x-") or keyword in ("then", "else")):
            continue
        if build is None:
            raise UnknownKeyword(keyword)
        checks.append(build(argument, site))
    return _join(checks)


def _join(checks: list[Predicate]) -> Predicate:
    match checks:
        case []:
            return _accept
        case [only]:
            return only
        case [first, second]:
            return lambda value: first(value) and second(value)
    parts = tuple(checks)

    def holds(value: object) -> bool:
        for check in parts:  # noqa: SIM110 - a generator costs three times as much here
            if not check(value):
                return False
        return True

    return holds


def _accept(_: object) -> bool:
    return True


def _reject(_: object) -> bool:
    return False


_TYPES: Mapping[str, Predicate] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "number": is_number,
    "integer": is_integer,
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
}

_Builder = Callable[[object, _Site], Predicate]
T = TypeVar("T")


def _take(argument: object, kind: type[T]) -> T:
    """The argument of a keyword. Raises UnknownKeyword if it is of another kind."""
    if not isinstance(argument, kind):
        raise UnknownKeyword(argument)
    return argument


def _build_type(argument: object, site: _Site) -> Predicate:
    names = argument if isinstance(argument, list) else [argument]
    tests = [_TYPES[name] for name in names if isinstance(name, str) and name in _TYPES]
    if not tests or len(tests) != len(names):
        raise UnknownKeyword(argument)
    if len(tests) == 1:
        return tests[0]
    return lambda value: any(test(value) for test in tests)


def _build_enum(argument: object, site: _Site) -> Predicate:
    listed = frozenset(map(freeze_json, _take(argument, list)))
    if all(isinstance(item, str) for item in listed):
        return lambda value: isinstance(value, str) and value in listed
    return lambda value: freeze_json(value) in listed


def _build_bound(holds: Callable[[Decimal, Decimal], bool]) -> _Builder:
    def build(argument: object, site: _Site) -> Predicate:
        bound = _take(argument, Decimal)
        return lambda value: not is_number(value) or holds(value, bound)

    return build


def _build_size(kind: type[Sized], holds: Callable[[int, Decimal], bool]) -> _Builder:
    def build(argument: object, site: _Site) -> Predicate:
        bound = _take(argument, Decimal)
        return lambda value: not isinstance(value, kind) or holds(len(value), bound)

    return build


def _build_pattern(argument: object, site: _Site) -> Predicate:
    try:
        search = re.compile(_take(argument, str)).search
    except re.error:
        raise UnknownKeyword(argument) from None
    return lambda value: not isinstance(value, str) or search(value) is not None


def _build_format(argument: object, site: _Site) -> Predicate:
    _take(argument, str)
    type_ = temporal_type(site.schema)
    if type_ is None:  # of other formats JSON Schema demands nothing
        return _accept
    return lambda value: not isinstance(value, str) or is_text_of(value, type_)


def _build_items(argument: object, site: _Site) -> Predicate:
    item = site.compile(argument)
    return lambda value: not isinstance(value, list) or all(map(item, value))


def _build_contains(argument: object, site: _Site) -> Predicate:
    item = site.compile(argument)
    return lambda value: not isinstance(value, list) or any(map(item, value))


def _build_unique(argument: object, site: _Site) -> Predicate:
    if _take(argument, bool) is False:
        return _accept
    return lambda value: not isinstance(value, list) or len(set(map(freeze_json, value))) == len(value)


def _build_properties(argument: object, site: _Site) -> Predicate:
    tests = {name: site.compile(part) for name, part in _take(argument, dict).items()}
    if len(tests) > 8:  # a record's fields: go through what the record has, few of many
        return lambda value: (
            not isinstance(value, dict)
            or all(test(item) for name, item in value.items() if (test := tests.get(name)) is not None)
        )
    pairs = tuple(tests.items())
    return lambda value: not isinstance(value, dict) or all(test(value[name]) for name, test in pairs if name in value)


def _build_additional(argument: object, site: _Site) -> Predicate:
    known = frozenset(_take(site.schema.get("properties", {}), dict))
    if argument is False:
        return lambda value: not isinstance(value, dict) or value.keys() <= known
    other = site.compile(argument)
    return lambda value: (
        not isinstance(value, dict) or all(other(item) for name, item in value.items() if name not in known)
    )


def _names(argument: object) -> tuple[str, ...]:
    if not isinstance(argument, list) or not all(isinstance(name, str) for name in argument):
        raise UnknownKeyword(argument)
    return tuple(argument)


def _build_required(argument: object, site: _Site) -> Predicate:
    names = _names(argument)
    return lambda value: not isinstance(value, dict) or all(name in value for name in names)


def _build_dependent_required(argument: object, site: _Site) -> Predicate:
    pairs = tuple((name, _names(needed)) for name, needed in _take(argument, dict).items())
    return lambda value: (
        not isinstance(value, dict) or all(need in value for name, needed in pairs if name in value for need in needed)
    )


def _build_dependent_schemas(argument: object, site: _Site) -> Predicate:
    pairs = tuple((name, site.compile(part)) for name, part in _take(argument, dict).items())
    return lambda value: not isinstance(value, dict) or all(test(value) for name, test in pairs if name in value)


def _parts(argument: object, site: _Site) -> tuple[Predicate, ...]:
    if not isinstance(argument, list) or not argument:
        raise UnknownKeyword(argument)
    return tuple(site.compile(part) for part in argument)


def _build_any_of(argument: object, site: _Site) -> Predicate:
    parts = _parts(argument, site)
    return lambda value: any(part(value) for part in parts)


def _build_one_of(argument: object, site: _Site) -> Predicate:
    parts = _parts(argument, site)
    return lambda value: sum(part(value) for part in parts) == 1


def _build_not(argument: object, site: _Site) -> Predicate:
    part = site.compile(argument)
    return lambda value: not part(value)


def _build_if(argument: object, site: _Site) -> Predicate:
    condition = site.compile(argument)
    then = site.compile(site.schema.get("then", True))
    otherwise = site.compile(site.schema.get("else", True))
    return lambda value: then(value) if condition(value) else otherwise(value)


def _build_multiple(argument: object, site: _Site) -> Predicate:
    if not is_number(argument) or argument <= 0:
        raise UnknownKeyword(argument)
    return lambda value: not is_number(value) or is_multiple(value, argument)


_BUILDERS: Mapping[str, _Builder] = {
    "$ref": lambda argument, site: site.follow(_take(argument, str)),
    "type": _build_type,
    "enum": _build_enum,
    "const": lambda argument, site: _build_enum([argument], site),
    "minimum": _build_bound(lambda value, bound: value >= bound),
    "maximum": _build_bound(lambda value, bound: value <= bound),
    "exclusiveMinimum": _build_bound(lambda value, bound: value > bound),
    "exclusiveMaximum": _build_bound(lambda value, bound: value < bound),
    "multipleOf": _build_multiple,
    "minLength": _build_size(str, lambda size, bound: size >= bound),
    "maxLength": _build_size(str, lambda size, bound: size <= bound),
    "pattern": _build_pattern,
    "format": _build_format,
    "x-type": _build_format,
    "items": _build_items,
    "contains": _build_contains,
    "minItems": _build_size(list, lambda size, bound: size >= bound),
    "maxItems": _build_size(list, lambda size, bound: size <= bound),
    "uniqueItems": _build_unique,
    "properties": _build_properties,
    "additionalProperties": _build_additional,
    "required": _build_required,
    "minProperties": _build_size(dict, lambda size, bound: size >= bound),
    "maxProperties": _build_size(dict, lambda size, bound: size <= bound),
    "dependentRequired": _build_dependent_required,
    "dependentSchemas": _build_dependent_schemas,
    "allOf": lambda argument, site: _join(list(_parts(argument, site))),
    "anyOf": _build_any_of,
    "oneOf": _build_one_of,
    "not": _build_not,
    "if": _build_if,
}

KEYWORDS = frozenset(_BUILDERS)
"""The keywords that this module understands."""
