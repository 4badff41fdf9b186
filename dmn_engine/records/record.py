"""One record: its keys as field names, its FEEL values and diagnostics, and the labels that identify it to people."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from dmn_engine.diagnostics import Diagnostic, LineRef, Origin, Severity, Source, sort_key
from dmn_engine.feel.types import DATE
from dmn_engine.model.cell_text import fold_label
from dmn_engine.model.data_dictionary import DataDictionary, Value
from dmn_engine.records.conversion import to_exact, to_value
from dmn_engine.records.documents import Document, escape_pointer, read_document
from dmn_engine.records.explanation import Place, suggest_name
from dmn_engine.records.predicate import freeze_json
from dmn_engine.records.typing import build_vocabulary, is_schema, takes_null
from dmn_engine.records.validation import Validator
from dmn_engine.records.wording import show_json

LABEL_MARK = "#"
"""The first character of a column that is for people, such as the name of a patient."""

NO_FILE = "record"
"""The file in the places of a record that comes from no file."""


@dataclass(frozen=True, slots=True)
class TypedRecord:
    """The FEEL values of a record by field name, and its errors.

    A field with an error has no value. Fields that are missing (or null, where the schema has no null) are
    left out: they are unknown. Defaults are not filled in; that is for the evaluation, which shows them.
    """

    values: Mapping[str, Value]
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether the record must not be evaluated."""
        return any(item.severity is Severity.ERROR for item in self.diagnostics)


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it was read: JSON or Python values by field name or title, its place and its errors of form.

    `place` gives the place of the value under a JSON pointer; that of the empty pointer is the record's own. `labels`
    are texts for people that no decision reads, by column (`#Name`); `id` is the one that identifies the record.
    """

    values: Mapping[str, object]
    place: Place
    diagnostics: tuple[Diagnostic, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    id: str = ""

    @property
    def origin(self) -> Origin:
        """The place of the record as a whole."""
        return self.place("")

    def type(self, schema: RecordSchema) -> TypedRecord:
        """The record's FEEL values, and every error: those of its form, or else those of its values."""
        if any(item.severity is Severity.ERROR for item in self.diagnostics):
            return TypedRecord({}, self.diagnostics)
        typed = type_record(self.values, schema, self.place)
        return TypedRecord(typed.values, (*self.diagnostics, *typed.diagnostics))


def is_label(name: str, id: str = "") -> bool:
    """Whether a column is for people: it begins with `#`, or it is the one that identifies the records."""
    return name.startswith(LABEL_MARK) or is_id(name, id)


def is_id(name: str, id: str) -> bool:
    """Whether a column identifies the records; the mark `#`, case and blanks do not count."""
    return bool(id) and _fold_label(name) == _fold_label(id)


def mark_label(name: str) -> str:
    """The name of a label as answers show it: `#Name`."""
    return name if name.startswith(LABEL_MARK) else f"{LABEL_MARK}{name}"


def take_labels(record: Record, dictionary: DataDictionary, id: str) -> Record:
    """The record with its labels apart; where `id` names a column, it is an error not to have it."""
    names = [name for name in record.values if is_label(name, id)]
    labels = {mark_label(name): _show_label(record.values[name]) for name in names}
    values = {
        name: value for name, value in record.values.items() if name not in names or dictionary.find(name) is not None
    }
    found = next((labels[mark_label(name)] for name in names if is_id(name, id)), "")
    return identify(replace(record, values=values, labels=labels), id, found)


def identify(record: Record, id: str, found: str) -> Record:
    """The record with its id; where `id` names a column and nothing was found in it, with an error."""
    if not id or found.strip():
        return replace(record, id=found)
    message = f"the record has no `{id}`, which identifies it"
    error = Diagnostic("missing-id", Severity.ERROR, message, Source("", record.origin))
    return replace(record, diagnostics=(*record.diagnostics, error))


def _show_label(value: object) -> str:
    return value if isinstance(value, str) else show_json(to_exact(value))


def _fold_label(name: str) -> str:
    return fold_label(name.removeprefix(LABEL_MARK))


class RecordSchema:
    """A record schema with what is made of it once: the data dictionary and the validator."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.dictionary, self.diagnostics = build_vocabulary(document)
        schema = document.value if is_schema(document.value) else {}
        self.validator = Validator(schema, is_record=True)
        self.is_sound = not any(item.severity is Severity.ERROR for item in self.diagnostics)
        properties = schema.get("properties")
        self.properties: Mapping[str, object] = properties if is_schema(properties) else {}
        self.is_open = "additionalProperties" not in schema and "unevaluatedProperties" not in schema
        self._nullable = frozenset(name for name, part in self.properties.items() if takes_null(part, schema))

    def takes_null(self, name: str) -> bool:
        """Whether null is a value of the field, and not the want of one."""
        return name in self._nullable

    def adapt(self, name: str, value: object) -> object:
        """The value of a field as its type takes it, where a kind of schema converts what is not of the type."""
        return value


def load_record_schema(path: Path, file: str = "") -> RecordSchema:
    """The record schema in a file; `diagnostics` has its errors. Raises UnreadableFile."""
    return RecordSchema(read_document(path, file))


def type_record(record: Mapping[str, object], schema: RecordSchema, place: Place | None = None) -> TypedRecord:
    """The FEEL values of a record, by field names or titles, and every error in it.

    `place` gives the place of the value under a JSON pointer; by default the pointer itself.
    """
    place = place or place_in_record
    if not schema.is_sound:
        message = "the record cannot be checked, because its schema has errors"
        error = Diagnostic("malformed-schema", Severity.ERROR, message, Source("", place("")))
        return TypedRecord({}, (error,))
    found: list[Diagnostic] = []
    names = _match_names(record, schema.dictionary, place, found)
    fields = schema.dictionary.fields
    exact: dict[str, object] = {}
    for name, key in names.items():
        value = schema.adapt(name, to_exact(record[key]))
        if value is not None or schema.takes_null(name):
            exact[name] = _drop_midnight(value, record[key]) if name in fields and fields[name].type == DATE else value
    if schema.is_open:
        _warn_unknown(exact, names, schema, place, found)

    def place_as_written(pointer: str) -> Origin:
        _, *parts = pointer.split("/")
        if not parts:
            return place(pointer)
        key = names.get(parts[0].replace("~1", "/").replace("~0", "~"), parts[0])
        return place("/".join(("", escape_pointer(key), *parts[1:])))

    found += schema.validator.validate(exact, place_as_written)
    if any(item.severity is Severity.ERROR for item in found):
        return TypedRecord({}, tuple(sorted(found, key=sort_key)))
    values = {
        name: to_value(value, field.type) for name, value in exact.items() if (field := fields.get(name)) is not None
    }
    return TypedRecord(values, tuple(found))


def validate_record(
    record: Mapping[str, object], schema: RecordSchema, place: Place | None = None
) -> tuple[Diagnostic, ...]:
    """Every error in a record; none if it can be evaluated."""
    return type_record(record, schema, place).diagnostics


def place_in_record(pointer: str) -> Origin:
    """The place of a value in a record that comes from no file."""
    return LineRef(NO_FILE, 0, pointer)


def _match_names(
    record: Mapping[str, object], dictionary: DataDictionary, place: Place, found: list[Diagnostic]
) -> dict[str, str]:
    """The record's key of each field name, and of each unknown key itself; reports fields that are given twice."""
    names: dict[str, str] = {}
    for key in record:
        if key == "$schema":  # for editors
            continue
        field = dictionary.fields.get(key) or dictionary.find(str(key))
        if field is None and str(key).startswith(LABEL_MARK):
            continue
        name = field.name if field else str(key)
        other = names.setdefault(name, key)
        if other != key and freeze_json(to_exact(record[other])) != freeze_json(to_exact(record[key])):
            message = (
                f"{field.title if field else name} is given twice: as {show_json(str(other))} "
                f"{show_json(to_exact(record[other]))} and as {show_json(str(key))} "
                f"{show_json(to_exact(record[key]))}"
            )
            source = Source(show_json(to_exact(record[key])), place(f"/{escape_pointer(key)}"))
            related = ((Source("", place(f"/{escape_pointer(other)}")), "the other value"),)
            hint = "keep the one that is right"
            found.append(Diagnostic("repeated-field", Severity.ERROR, message, source, None, related, hint))
    return names


def _warn_unknown(
    exact: dict[str, object],
    names: Mapping[str, str],
    schema: RecordSchema,
    place: Place,
    found: list[Diagnostic],
) -> None:
    """A note for each field that nothing reads, because it may be misspelt, where the schema allows any field."""
    for name in [name for name in exact if name not in schema.properties]:
        shown = json.dumps(name, ensure_ascii=False)
        source = Source(shown, place(f"/{escape_pointer(names[name])}"))
        hint = suggest_name(name, schema.properties)
        message = f"{shown} is not a known field; it is not used"
        found.append(Diagnostic("unknown-field", Severity.WARNING, message, source, help=hint))


def _drop_midnight(exact: object, value: object) -> object:
    """The text of a date where a program that knows only dates with times (pandas) gave midnight of that day."""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time() and value.tzinfo is None:
        return value.date().isoformat()
    return exact
