"""Between the clinicians' tables and standard DMN models, both ways. Reads and writes no files."""

from dmn_engine.decisions.interchange.definitions import to_definitions

__all__ = ["to_definitions"]
