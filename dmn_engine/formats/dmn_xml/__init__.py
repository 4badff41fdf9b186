"""Read DMN XML files (1.1 to 1.5) as decision requirement graphs, and write them as DMN 1.5.

Reading trims the white space at both ends of every text and collapses it in attributes. It drops comments inside the
model (not those above it) and the order of elements of different kinds. It keeps everything else that the schema of
the standard defines, and the content of vendors.
"""

from dmn_engine.formats.dmn_xml.output import UnwritableModel
from dmn_engine.formats.dmn_xml.reader import read_definitions, read_library, read_text
from dmn_engine.formats.dmn_xml.writer import write_definitions

__all__ = ["UnwritableModel", "read_definitions", "read_library", "read_text", "write_definitions"]
