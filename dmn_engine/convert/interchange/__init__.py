"""Conversion between the clinicians' tables and standard DMN models, in both directions."""

from dmn_engine.convert.interchange.definitions import to_definitions
from dmn_engine.convert.interchange.tables import Imported, to_tables

__all__ = ["Imported", "to_definitions", "to_tables"]
