"""Check values against JSON Schemas: the verdict, and every violation in words. Imports jsonschema, late.

A valid value is known by its compiled predicate; jsonschema is asked for the violations of an invalid one, and for the
verdict where the schema has no predicate. Numbers are Decimal on both sides, so that 0.1 is 0.1 and 2.0 is whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from dmn_engine.diagnostics import Diagnostic, sort_key
from dmn_engine.records.constraints import CONSTRAINT_KEYWORDS, Part, list_parts
from dmn_engine.records.conversion import to_exact
from dmn_engine.records.explanation import Place, Violation, explain_part, explain_violation
from dmn_engine.records.formats import is_text_of, temporal_type
from dmn_engine.records.predicate import Predicate, compile_predicate, freeze_json, is_integer, is_multiple, is_number

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


class Checker(Protocol):
    """What is used of jsonschema's validators, which take any value."""

    def is_valid(self, instance: object) -> bool: ...

    def iter_errors(self, instance: object) -> Iterator[ValidationError]: ...

    def evolve(self, *, schema: object) -> Checker: ...


class Validator:
    """A JSON Schema (2020-12), sound as a schema, ready for use.

    With `is_record` it describes a record of fields, and a condition on several fields is reported by its own sentence.
    """

    def __init__(self, schema: object, *, is_record: bool = False) -> None:
        self.schema = to_exact(schema)
        self._predicate = compile_predicate(self.schema, self.schema)
        self._parts: tuple[Part, ...] = ()
        if is_record and isinstance(self.schema, Mapping):
            self._parts = list_parts(self.schema)

    def accepts(self, value: object) -> bool:
        """Whether the value, its numbers Decimal, satisfies the schema."""
        if self._predicate is not None:
            return self._predicate(value)
        return self._checker.is_valid(value)

    def validate(self, value: object, place: Place) -> tuple[Diagnostic, ...]:
        """Every violation of the value, its numbers Decimal, by place; none where it satisfies the schema."""
        if self._predicate is not None and self._predicate(value):
            return ()
        violations = list(merge_violations(self._list_violations(value)))
        wrong = {str(violation.path[0]) for violation in violations if violation.path}
        found = [explain_violation(violation, self.schema, place) for violation in violations]
        for part, test in zip(self._parts, self._tests, strict=True):
            if isinstance(value, Mapping) and wrong.isdisjoint(part.fields) and not test(value):
                found.append(explain_part(part, value, self.schema, place))
        return tuple(sorted(dict.fromkeys(item for group in found for item in group), key=sort_key))

    @cached_property
    def _checker(self) -> Checker:
        return build_checker(self.schema)

    @cached_property
    def _tests(self) -> tuple[Predicate, ...]:
        return tuple(
            compile_predicate(part.schema, self.schema) or build_test(part.schema, self.schema) for part in self._parts
        )

    def _list_violations(self, value: object) -> Iterator[Violation]:
        of_parts = CONSTRAINT_KEYWORDS | {"then", "else"} if self._parts else frozenset()
        for error in self._checker.iter_errors(value):
            if not error.absolute_schema_path or error.absolute_schema_path[0] not in of_parts:
                yield from list_violations(error)


def build_test(schema: object, root: object) -> Predicate:
    """jsonschema's verdict on values for a schema that is a part of the document `root`."""
    checker = build_checker(root).evolve(schema=schema)
    return lambda value: checker.is_valid(value)


def build_checker(schema: object) -> Checker:
    """jsonschema's validator with this package's numbers and formats; it fetches nothing from the network."""
    from jsonschema import Draft202012Validator, validators
    from jsonschema.exceptions import ValidationError
    from referencing import Registry

    def check_format(_: Any, name: object, value: object, part: Mapping[str, object]) -> Iterator[ValidationError]:
        type_ = temporal_type(part)
        if isinstance(value, str) and type_ is not None and not is_text_of(value, type_):
            yield ValidationError(f"{value!r} is not a {name}")

    def check_multiple(_: Any, unit: Decimal, value: object, part: object) -> Iterator[ValidationError]:
        if is_number(value) and not is_multiple(value, unit):
            yield ValidationError(f"{value} is not a multiple of {unit}")

    def check_unique(_: Any, wanted: object, value: object, part: object) -> Iterator[ValidationError]:
        if wanted is True and isinstance(value, list) and len(set(map(freeze_json, value))) < len(value):
            yield ValidationError(f"{value!r} has an item twice")

    types = Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "number": lambda _, value: is_number(value),
            "integer": lambda _, value: is_integer(value),
        }
    )
    formats = {"format": check_format, "x-type": check_format}
    keywords = {**formats, "multipleOf": check_multiple, "uniqueItems": check_unique}
    extend: Any = validators.extend  # has no types
    build = extend(Draft202012Validator, keywords, type_checker=types)
    if isinstance(schema, Mapping):  # with `$schema`, jsonschema would go back to its own class
        schema = {key: part for key, part in schema.items() if key != "$schema"}
    checker: Checker = build(schema, registry=Registry())
    return checker


def list_violations(error: ValidationError) -> Iterator[Violation]:
    """The violations in an error of jsonschema: of a choice, those of the branch that was most likely meant."""
    path, schema = tuple(error.absolute_path), error.schema if isinstance(error.schema, Mapping) else {}
    violation = Violation(str(error.validator or "false"), error.validator_value, error.instance, path, schema)
    if violation.keyword not in ("anyOf", "oneOf"):
        yield violation
        return
    if not error.context:
        yield Violation("several", violation.argument, violation.value, path, schema)
        return
    listed = _constants(violation.argument)
    if listed is not None:
        yield Violation("enum", listed, violation.value, path, schema)
        return
    branches: dict[object, list[ValidationError]] = {}
    for item in error.context:
        branch = item.schema_path[0] if item.schema_path else None  # a branch that is `false` has no path
        branches.setdefault(branch, []).append(item)
    if all(any(not item.path and item.validator == "type" for item in items) for items in branches.values()):
        yield Violation("kinds", violation.argument, violation.value, path, schema)
        return
    for item in min(branches.values(), key=_unlikelihood):
        yield from list_violations(item)


def merge_violations(violations: Iterable[Violation]) -> Iterator[Violation]:
    """The violations without those that another at the same value says already: of the wrong type, it has no range."""
    found = list(violations)
    wrong = {violation.path for violation in found if violation.keyword in ("type", "kinds")}
    seen: set[tuple[object, ...]] = set()
    for violation in found:
        group = _GROUPS.get(violation.keyword, violation.keyword)
        if violation.keyword not in ("type", "kinds") and violation.path in wrong:
            continue
        key = (violation.path, group, freeze_json(violation.argument) if group == violation.keyword else None)
        if key not in seen:
            seen.add(key)
            yield violation


_GROUPS = {
    "minimum": "bounds",
    "maximum": "bounds",
    "exclusiveMinimum": "bounds",
    "exclusiveMaximum": "bounds",
    "format": "format",
    "x-type": "format",
    "enum": "listed",
    "const": "listed",
}


def _constants(branches: object) -> list[object] | None:
    if isinstance(branches, list) and all(isinstance(item, Mapping) and "const" in item for item in branches):
        return [item["const"] for item in branches]
    return None


def _unlikelihood(errors: list[ValidationError]) -> tuple[int, int, int, int]:
    """How little a branch of a choice fits: a value of the wrong type weighs most, then a constant near the top."""
    own = [item.validator for item in errors if not item.path]
    wrong = sum(validator in ("type", None) for validator in own)  # a branch that is `false` has no keyword
    marks = sum(len(item.path) <= 1 and item.validator in ("const", "enum") for item in errors)
    lacks = sum(validator in ("required", "additionalProperties") for validator in own)
    return wrong, marks, lacks, len(errors)
