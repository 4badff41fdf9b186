"""DMN XML files (1.1 to 1.5) as decision requirement graphs; knows elements and attributes, not what they mean."""

from dmn_engine.xml.reader import read_definitions, read_library, read_text

__all__ = ["read_definitions", "read_library", "read_text"]
