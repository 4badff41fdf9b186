"""Records in and results out: JSON, its schemas, and the FEEL values that they stand for."""

from dmn_engine.records.documents import Document, UnreadableFile, parse_json, read_document
from dmn_engine.records.record import RecordSchema, TypedRecord, load_record_schema, type_record, validate_record
from dmn_engine.records.typing import build_vocabulary, load_vocabulary
from dmn_engine.records.validation import Validator

__all__ = [
    "Document",
    "RecordSchema",
    "TypedRecord",
    "UnreadableFile",
    "Validator",
    "build_vocabulary",
    "load_record_schema",
    "load_vocabulary",
    "parse_json",
    "read_document",
    "type_record",
    "validate_record",
]
