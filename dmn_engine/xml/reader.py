"""Model files as Definitions: the graph's elements, faults of the file, and the files that it imports beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from dmn_engine.decisions.drg import (
    Decision,
    DecisionService,
    Definitions,
    Import,
    InputData,
    KnowledgeModel,
    KnowledgeSource,
    Reference,
)
from dmn_engine.diagnostics import Diagnostics, LineRef, Source
from dmn_engine.xml.boxed import read_function, read_logic
from dmn_engine.xml.document import VERSIONS, ModelElement, parse_document
from dmn_engine.xml.items import (
    read_identity,
    read_item,
    read_name,
    read_own_variable,
    read_references,
)
from dmn_engine.xml.structure import check_structure

LARGEST = 64 * 1024 * 1024
"""The size in bytes beyond which a file is not read."""


def read_definitions(path: Path, file: str = "") -> Definitions:
    """The model in a file, with every fault of it. `file` is the name to show in messages.

    Raises OSError where the file cannot be read.
    """
    shown = file or str(path)
    if path.stat().st_size > LARGEST:
        diagnostics = Diagnostics()
        diagnostics.error("file-too-large", f"the file is larger than {LARGEST >> 20} MB", Source("", LineRef(shown)))
        return Definitions(shown, path.stem, "", diagnostics=diagnostics.sorted())
    return read_text(path.read_bytes(), shown)


def read_text(data: bytes, file: str) -> Definitions:
    """The model in the bytes of a file, with every fault of it."""
    diagnostics = Diagnostics()
    root = parse_document(data, file, diagnostics)
    if root is None:
        return Definitions(file, Path(file).stem, "", diagnostics=diagnostics.sorted())
    check_structure(root)
    return _read_root(root)


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
    """Whether the namespace occurs in the file at all: a cheap sieve before parsing."""
    return path.stat().st_size <= LARGEST and namespace.encode() in path.read_bytes()


def _read_root(root: ModelElement) -> Definitions:
    imports = tuple(_read_import(child) for child in root.children("import"))
    root.document.imports.update({item.namespace: item.name for item in imports})
    if not root.attribute("namespace"):
        root.error("missing-attribute", "<definitions> has no namespace", 'write namespace="..." in its start tag')
    definitions = Definitions(
        file=root.document.file,
        name=read_name(root),
        namespace=root.attribute("namespace"),
        version=VERSIONS[root.namespace],
        imports=imports,
        items=tuple(read_item(child) for child in root.children("itemDefinition")),
        inputs=tuple(_read_input_data(child) for child in root.children("inputData")),
        decisions=tuple(_read_decision(child) for child in root.children("decision")),
        knowledge_models=tuple(_read_knowledge_model(child) for child in root.children("businessKnowledgeModel")),
        services=tuple(_read_service(child) for child in root.children("decisionService")),
        knowledge_sources=tuple(_read_knowledge_source(child) for child in root.children("knowledgeSource")),
        identity=read_identity(root),
    )
    return replace(definitions, diagnostics=root.document.diagnostics.sorted())


def _read_import(element: ModelElement) -> Import:
    if not element.attribute("namespace"):
        element.error("missing-attribute", "<import> has no namespace", "name the namespace of the imported model")
    return Import(
        element.attribute("name"),
        element.attribute("namespace"),
        element.attribute("locationURI"),
        element.attribute("importType"),
        element.origin,
        read_identity(element),
    )


def _read_input_data(element: ModelElement) -> InputData:
    return InputData(read_name(element), read_own_variable(element), element.origin, read_identity(element))


def _read_decision(element: ModelElement) -> Decision:
    requirements = element.children("informationRequirement")
    return Decision(
        name=read_name(element),
        variable=read_own_variable(element),
        logic=read_logic(element),
        information=tuple(
            found for item in requirements for found in read_references(item, "requiredDecision", "requiredInput")
        ),
        knowledge=_read_requirements(element, "knowledgeRequirement", "requiredKnowledge"),
        authority=_read_authority(element),
        origin=element.origin,
        question=element.child_text("question"),
        allowed_answers=element.child_text("allowedAnswers"),
        identity=read_identity(element),
    )


def _read_knowledge_model(element: ModelElement) -> KnowledgeModel:
    logic = element.child("encapsulatedLogic")
    return KnowledgeModel(
        name=read_name(element),
        variable=read_own_variable(element),
        logic=None if logic is None else read_function(logic),
        knowledge=_read_requirements(element, "knowledgeRequirement", "requiredKnowledge"),
        authority=_read_authority(element),
        origin=element.origin,
        identity=read_identity(element),
    )


def _read_service(element: ModelElement) -> DecisionService:
    return DecisionService(
        name=read_name(element),
        variable=read_own_variable(element),
        outputs=read_references(element, "outputDecision"),
        encapsulated=read_references(element, "encapsulatedDecision"),
        input_decisions=read_references(element, "inputDecision"),
        input_data=read_references(element, "inputData"),
        origin=element.origin,
        identity=read_identity(element),
    )


def _read_knowledge_source(element: ModelElement) -> KnowledgeSource:
    return KnowledgeSource(
        name=read_name(element),
        authority=_read_authority(element),
        kind=element.child_text("type"),
        location=element.attribute("locationURI"),
        origin=element.origin,
        identity=read_identity(element),
    )


def _read_requirements(element: ModelElement, tag: str, inner: str) -> tuple[Reference, ...]:
    return tuple(found for child in element.children(tag) for found in read_references(child, inner))


def _read_authority(element: ModelElement) -> tuple[Reference, ...]:
    inner = ("requiredDecision", "requiredInput", "requiredAuthority")
    return tuple(
        found for child in element.children("authorityRequirement") for found in read_references(child, *inner)
    )
