"""Between the clinicians' tables and standard DMN models, both ways. Reads and writes no files."""

from dmn_engine.convert.interchange.definitions import to_definitions
from dmn_engine.convert.interchange.tables import Imported, to_tables

__all__ = ["Imported", "to_definitions", "to_tables"]
