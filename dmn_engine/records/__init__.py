"""Records: their JSON Schemas, validation, and typing as FEEL values."""

from dmn_engine.records.documents import Document, UnreadableFile, parse_json, read_document
from dmn_engine.records.record import (
    Record,
    RecordSchema,
    TypedRecord,
    load_record_schema,
    type_record,
    validate_record,
)
from dmn_engine.records.schemas import load_validator, read_schema
from dmn_engine.records.typing import build_vocabulary, load_vocabulary
from dmn_engine.records.validation import Validator

__all__ = [
    "Document",
    "Record",
    "RecordSchema",
    "TypedRecord",
    "UnreadableFile",
    "Validator",
    "build_vocabulary",
    "load_record_schema",
    "load_validator",
    "load_vocabulary",
    "parse_json",
    "read_document",
    "read_schema",
    "type_record",
    "validate_record",
]
