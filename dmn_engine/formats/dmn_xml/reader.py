"""Read model files, and the files in the same folder that they import."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from dmn_engine.diagnostics import Diagnostics, LineRef, Source
from dmn_engine.formats.dmn_xml.diagrams import check_drawn
from dmn_engine.formats.dmn_xml.document import VERSIONS, Document, ModelElement, parse_document
from dmn_engine.formats.dmn_xml.elements import DEFINITIONS
from dmn_engine.formats.dmn_xml.names import read_language, report_language
from dmn_engine.formats.dmn_xml.structure import check_references, check_structure
from dmn_engine.model.definitions import Definitions, Import

LARGEST = 64 * 1024 * 1024
"""The size in bytes beyond which a file is not read."""

_OWN = re.compile(r"https?://www\.(omg\.org/spec/(DMN|FEEL)|w3\.org)/")


def read_definitions(path: Path, file: str = "") -> Definitions:
    """Read the model in a file, with its diagnostics. `file` is the name to show in messages.

    Raises OSError where the file cannot be read.
    """
    shown = file or str(path)
    if path.stat().st_size > LARGEST:
        diagnostics = Diagnostics()
        diagnostics.error("file-too-large", f"the file is larger than {LARGEST >> 20} MB", Source("", LineRef(shown)))
        return Definitions(shown, path.stem, "", diagnostics=diagnostics.sorted())
    return read_text(path.read_bytes(), shown)


def read_text(data: bytes, file: str) -> Definitions:
    """Read the model in the bytes of a file, with its diagnostics."""
    diagnostics = Diagnostics()
    root = parse_document(data, file, diagnostics)
    if root is None:
        return Definitions(file, Path(file).stem, "", diagnostics=diagnostics.sorted())
    return _read_root(root, check_structure(root))


def read_library(path: Path, file: str = "") -> tuple[Definitions, ...]:
    """The model in a file, first, then all that it imports, directly or not, from files of the same folder.

    An imported model is looked for by its locationURI where that is a plain file name, then by its namespace in the
    other .dmn files of the folder. What is not found is left to the compiler to report.
    Raises OSError where a file cannot be read.
    """
    library = [read_definitions(path, file)]
    known = {library[0].namespace}
    for definitions in library:
        for item in definitions.imports:
            if item.is_dmn and item.namespace not in known:
                known.add(item.namespace)
                library.extend(_find_import(item, path, file))
    return tuple(library)


def _find_import(item: Import, path: Path, file: str) -> Iterator[Definitions]:
    shown = Path(file) if file else path
    for name in _list_candidates(item, path):
        if _names_namespace(path.with_name(name), item.namespace):
            found = read_definitions(path.with_name(name), str(shown.with_name(name)))
            if found.namespace == item.namespace:
                yield found
                return


def _list_candidates(item: Import, path: Path) -> Iterator[str]:
    """File names to look in: the location where it is a bare name (never a path or an address), then all others."""
    beside = sorted(other.name for other in path.parent.iterdir() if other.suffix == ".dmn" and other.name != path.name)
    if item.location in beside:
        yield item.location
    yield from (name for name in beside if name != item.location)


def _names_namespace(path: Path, namespace: str) -> bool:
    """Whether the namespace occurs in the file at all: a cheap test before parsing."""
    return path.stat().st_size <= LARGEST and namespace.encode() in path.read_bytes()


def _read_root(root: ModelElement, ids: frozenset[str]) -> Definitions:
    document = root.document
    document.imports.update({item.attribute("namespace"): item.attribute("name") for item in root.children("import")})
    document.language = read_language(root)
    if document.language:
        report_language(root, document.language)
    document.learn_prefixes(root.prefixes())
    if not root.attribute("namespace"):
        root.error("missing-attribute", "<definitions> has no namespace", 'write namespace="..." in its start tag')
    version, comments = VERSIONS[root.namespace], document.comments
    definitions = DEFINITIONS.read(root, file=document.file, version=version, comments=comments)
    check_references(definitions, ids, document.diagnostics)
    check_drawn(root, ids)
    # Prefixes are known only when all vendors' elements have been read.
    return replace(definitions, prefixes=_list_prefixes(document), diagnostics=document.diagnostics.sorted())


def _list_prefixes(document: Document) -> tuple[tuple[str, str], ...]:
    """What prefixes the file gives to namespaces of vendors; those of DMN itself are not kept."""
    found = document.prefixes.items()
    return tuple(sorted((prefix, uri) for prefix, uri in found if not _OWN.match(uri)))
