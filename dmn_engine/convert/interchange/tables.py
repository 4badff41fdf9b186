"""A model as a workbook and a data dictionary: decision tables and FEEL decisions as tables, inputs as fields.

Every text keeps its place in the model, so that a diagnostic of a cell names the element of the model. What a
workbook cannot represent is a warning; no rule is ever omitted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dmn_engine.compile.requirement_graph import DrgElement, build_model_file
from dmn_engine.convert.interchange.boxed_texts import NotFeel
from dmn_engine.convert.interchange.drafts import TableDraft, draft_decision
from dmn_engine.convert.interchange.fields import read_fields
from dmn_engine.convert.interchange.pages import read_about, read_references
from dmn_engine.convert.interchange.sheets import TableWriter, read_shared_outputs
from dmn_engine.convert.interchange.wording import Wording
from dmn_engine.diagnostics import CellRef, Diagnostic, Diagnostics, Severity, Source
from dmn_engine.model.data_dictionary import DataDictionary
from dmn_engine.model.definitions import Decision, Definitions, InputData, KnowledgeSource
from dmn_engine.model.workbook_source import WorkbookSource


@dataclass(frozen=True, slots=True)
class Imported:
    """A model as a workbook for `build_tables`, with the diagnostics of the conversion."""

    workbook: WorkbookSource
    dictionary: DataDictionary
    diagnostics: tuple[Diagnostic, ...]


def to_tables(definitions: Definitions, library: Sequence[Definitions] = ()) -> Imported:
    """A model as a workbook. `library` contains the models that it imports, directly or indirectly, in any order."""
    found = Diagnostics()
    unit = build_model_file(definitions, {item.namespace: item for item in library}, found)
    own = [node for node in unit.nodes if not isinstance(node.element, KnowledgeSource)]
    drafts = list(_draft_decisions(own, found))
    fields = read_fields(own, drafts, found)
    references = read_references(definitions)
    wording = Wording(fields, drafts)
    dictionary = DataDictionary(fields.fields, read_shared_outputs(definitions.items, unit.types))
    writer = TableWriter(definitions.file, drafts, dictionary, wording, references, found)
    workbook = WorkbookSource(
        definitions.file,
        "",
        read_about(definitions, found),
        tuple(writer.write()),
        references=references.rows,
    )
    return Imported(workbook, dictionary, tuple(_list_news(found, definitions)))


def _list_news(found: Diagnostics, definitions: Definitions) -> Iterator[Diagnostic]:
    """The diagnostics, without syntax errors of cells for which the reader of the workbook has reported one."""
    errors = [item for item in definitions.diagnostics if item.severity is Severity.ERROR]
    told = {source.origin for item in errors for source in (item.source, *(other for other, _ in item.related))}
    for item in found.sorted():
        origin = item.source.origin
        if item.code != "syntax" or not isinstance(origin, CellRef) or origin not in told:
            yield item


def _draft_decisions(nodes: Iterable[DrgElement], found: Diagnostics) -> Iterator[TableDraft]:
    for node in nodes:
        match node.element:
            case InputData():
                continue
            case Decision() as decision:
                try:
                    draft = draft_decision(node, decision, found)
                except NotFeel as reason:
                    _report_left_out(f"the decision `{node.name}` because of {reason.what}", reason.place, found)
                    continue
                if decision.logic is None:
                    message = f"`{node.name}` has no logic: it is null"
                    found.warning("no-logic", message, Source(node.name, decision.origin), help="give it a table")
                _report_imported(node, found)
                yield draft
            case element:
                kind = "decision service" if hasattr(element, "encapsulated") else "business knowledge model"
                _report_left_out(f"the {kind} `{node.name}`", Source(node.name, element.origin), found)


def _report_left_out(what: str, place: Source, found: Diagnostics) -> None:
    message = f"a workbook cannot represent {what}"
    found.warning("not-in-workbook", message, place, help="evaluate the model itself, which has it")


def _report_imported(node: DrgElement, found: Diagnostics) -> None:
    """Report each element of imported models that a decision requires, except inputs."""
    for requirement in node.requires:
        if requirement.link is not None and not isinstance(requirement.node.element, InputData):
            name = f"{requirement.prefix}.{requirement.node.name}".lstrip(".")
            what = f"`{name}` of an imported model, which `{node.name}` reads"
            _report_left_out(what, Source(node.name, node.element.origin), found)
