"""Model files as Definitions: the graph's elements, faults of the file, and the files that it imports beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from dmn_engine.diagnostics import Diagnostics, LineRef, Source
from dmn_engine.formats.dmn_xml.artifacts import read_artifacts, read_business, read_collections
from dmn_engine.formats.dmn_xml.boxed import read_function, read_logic
from dmn_engine.formats.dmn_xml.diagram import check_drawn, read_diagrams
from dmn_engine.formats.dmn_xml.document import MODEL, VERSIONS, Document, ModelElement, parse_document
from dmn_engine.formats.dmn_xml.items import (
    read_identity,
    read_item,
    read_language,
    read_name,
    read_own_variable,
    read_references,
    read_requirements,
    report_language,
)
from dmn_engine.formats.dmn_xml.references import check_references
from dmn_engine.formats.dmn_xml.structure import check_structure
from dmn_engine.model.definitions import (
    Decision,
    DecisionService,
    Definitions,
    Import,
    InputData,
    KnowledgeModel,
    KnowledgeSource,
)

LARGEST = 64 * 1024 * 1024
"""The size in bytes beyond which a file is not read."""

_OWN = re.compile(r"https?://www\.(omg\.org/spec/(DMN|FEEL)|w3\.org)/")


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
    """Whether the namespace occurs in the file at all: a cheap sieve before parsing."""
    return path.stat().st_size <= LARGEST and namespace.encode() in path.read_bytes()


def _read_root(root: ModelElement, ids: frozenset[str]) -> Definitions:
    document = root.document
    imports = tuple(_read_import(child) for child in root.children("import"))
    document.imports.update({item.namespace: item.name for item in imports})
    document.language = read_language(root)
    if document.language:
        report_language(root, document.language)
    document.learn_prefixes(root.prefixes())
    if not root.attribute("namespace"):
        root.error("missing-attribute", "<definitions> has no namespace", 'write namespace="..." in its start tag')
    diagrams, styles = read_diagrams(root)
    definitions = Definitions(
        file=document.file,
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
        artifacts=read_artifacts(root),
        collections=read_collections(root),
        business=read_business(root),
        diagrams=diagrams,
        styles=styles,
        expression_language=document.language,
        type_language=read_language(root, "typeLanguage"),
        exporter=root.raw_attribute("exporter"),
        exporter_version=root.raw_attribute("exporterVersion"),
        comments=document.comments,
    )
    check_references(definitions, ids, document.diagnostics)
    check_drawn(root, ids)
    # Prefixes are known only when all vendors' elements have been read.
    return replace(definitions, prefixes=_list_prefixes(document), diagnostics=document.diagnostics.sorted())


def _list_prefixes(document: Document) -> tuple[tuple[str, str], ...]:
    """What prefixes the file gives to namespaces of vendors; those of DMN itself are not kept."""
    found = document.prefixes.items()
    return tuple(sorted((prefix, uri) for prefix, uri in found if not _OWN.match(uri)))


def _read_import(element: ModelElement) -> Import:
    for name in ("namespace", "importType"):
        if not element.attribute(name):
            element.error("missing-attribute", f"<import> has no {name}", f"name the {name} of the imported model")
    kind = element.attribute("importType")
    return Import(
        element.attribute("name"),
        element.attribute("namespace"),
        element.attribute("locationURI"),
        MODEL if kind in VERSIONS else kind,
        element.origin,
        read_identity(element),
    )


def _read_input_data(element: ModelElement) -> InputData:
    return InputData(read_name(element), read_own_variable(element), element.origin, read_identity(element))


def _read_decision(element: ModelElement) -> Decision:
    return Decision(
        name=read_name(element),
        variable=read_own_variable(element),
        logic=read_logic(element),
        information=read_requirements(element, "informationRequirement"),
        knowledge=read_requirements(element, "knowledgeRequirement"),
        authority=read_requirements(element, "authorityRequirement"),
        origin=element.origin,
        question=element.child_text("question"),
        allowed_answers=element.child_text("allowedAnswers"),
        identity=read_identity(element),
        objectives=read_references(element, "supportedObjective"),
        indicators=read_references(element, "impactedPerformanceIndicator"),
        makers=read_references(element, "decisionMaker"),
        owners=read_references(element, "decisionOwner"),
        processes=read_references(element, "usingProcess"),
        tasks=read_references(element, "usingTask"),
    )


def _read_knowledge_model(element: ModelElement) -> KnowledgeModel:
    logic = element.child("encapsulatedLogic")
    return KnowledgeModel(
        name=read_name(element),
        variable=read_own_variable(element),
        logic=None if logic is None else read_function(logic),
        knowledge=read_requirements(element, "knowledgeRequirement"),
        authority=read_requirements(element, "authorityRequirement"),
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
    owners = read_references(element, "owner")
    return KnowledgeSource(
        name=read_name(element),
        authority=read_requirements(element, "authorityRequirement"),
        kind=element.child_text("type"),
        location=element.attribute("locationURI"),
        origin=element.origin,
        identity=read_identity(element),
        owner=owners[0] if owners else None,
    )
