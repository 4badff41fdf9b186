"""DMN XML files (1.1 to 1.5 read, 1.5 written) as decision requirement graphs; knows elements, not what they mean.

Reading trims the white space at both ends of every text, and every run of it in an attribute. Comments within the
model (not those above it) and the order of elements of different kinds are not kept. All else that the standard's
schema knows is, and vendors' content too.
"""

from dmn_engine.formats.dmn_xml.output import UnwritableModel
from dmn_engine.formats.dmn_xml.reader import read_definitions, read_library, read_text
from dmn_engine.formats.dmn_xml.writer import write_definitions

__all__ = ["UnwritableModel", "read_definitions", "read_library", "read_text", "write_definitions"]
