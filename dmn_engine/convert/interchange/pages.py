"""The pages About and References and the Why columns of a workbook that is made from a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dmn_engine.convert.interchange.drafts import TableDraft
from dmn_engine.convert.interchange.marks import find_mark, find_marks, read_mark, read_texts
from dmn_engine.diagnostics import Diagnostics, LineRef, Origin, Source
from dmn_engine.model.boxed_expressions import DecisionRule
from dmn_engine.model.cell_text import fold_label
from dmn_engine.model.definitions import Decision, Definitions
from dmn_engine.model.workbook_source import CellKind, CellSource, ReferenceSource, text_cell
from dmn_engine.workbook.references import STATUSES, read_basis, read_sources, read_status

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{0,14}[1-9])?")
_SHARED = ("Version", "Owner", "Reviewed by", "Review date", "Effective from", "Review due", "Source", "Notes")
_LEAST_FIRST = ("retired", "draft", "in review", "approved")


def write_number(text: str, origin: Origin) -> CellSource:
    """A cell of the number that the text denotes, if a spreadsheet stores it exactly, else a cell of text."""
    if _NUMBER.fullmatch(text) and Decimal(repr(float(text))) == Decimal(text):
        return CellSource(Source(text, origin), CellKind.NUMBER)
    return text_cell(text, origin)


def read_about(definitions: Definitions, found: Diagnostics) -> dict[str, CellSource]:
    """The About page: that of the workbook that the model was made from, else one from the model's own attributes."""
    origin = LineRef(definitions.file)
    pages = [read_texts(page) for page in find_marks(definitions.identity, "workbook")]
    if len(pages) == 1:
        about = pages[0]
    else:
        identity = definitions.identity
        about = {"Title": identity.label or definitions.name, "Notes": identity.description}
        about = {key: text for key, text in about.items() if text} | _merge_pages(pages)
    if len(pages) > 1:
        message = f"{len(pages)} workbooks are one here: what their About pages say differently is left out"
        found.warning("several-workbooks", message, Source("", origin), help="convert them one by one to keep each")
    return {key: text_cell(text, origin) for key, text in about.items() if key}


def _merge_pages(pages: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The entries that are equal on all pages, and the lowest of their review statuses."""
    if not pages:
        return {}
    merged = {key: pages[0].get(key, "") for key in _SHARED if key in pages[0]}
    merged = {key: text for key, text in merged.items() if all(page.get(key) == text for page in pages)}
    ranked = [status for status in _LEAST_FIRST if any(_read_status(page) == status for page in pages)]
    return merged | {"Status": ranked[0]}


def _read_status(page: Mapping[str, str]) -> str:
    written = fold_label(page.get("Status", ""))
    return written if written in STATUSES else "draft"


@dataclass(frozen=True, slots=True)
class References:
    """The rows of the sheet References, and their ids by the ids of the model's knowledge sources."""

    rows: tuple[ReferenceSource, ...]
    by_element: Mapping[str, str]

    @property
    def citations(self) -> dict[str, str]:
        """The citations by id."""
        return {row.id.text: row.citation.text for row in self.rows}


def read_references(definitions: Definitions) -> References:
    """The knowledge sources of a model as references; those without a reference id are numbered."""
    rows, ids = [], {}
    for number, source in enumerate(definitions.knowledge_sources, 1):
        marked = read_mark(source.identity, "reference")
        cells = read_texts(find_mark(source.identity, "reference"))
        described = " ".join(part for part in (source.name, source.kind, source.identity.description) if part)
        id_ = marked.get("id") or str(number)
        ids[source.identity.id] = id_
        texts = (
            id_,
            source.identity.description if marked else described,
            cells.get("number", ""),
            source.location,
            cells.get("grade", ""),
            cells.get("scale", ""),
            cells.get("accessed", ""),
        )
        rows.append(ReferenceSource(*(text_cell(text, source.origin) for text in texts)))
    return References(tuple(rows), ids)


@dataclass(frozen=True, slots=True)
class Annotation:
    """A Why column: its label, and a text for each rule."""

    label: str
    texts: tuple[str, ...]


def annotate(draft: TableDraft, references: References) -> tuple[Annotation, ...]:
    """The Why columns of a table: its annotations, descriptions of rules, and the citations of the decision."""
    rules = [item.rule for item in draft.rules]
    columns = [*_list_annotations(draft.annotations, rules), *_list_descriptions(rules)]
    labels = {fold_label(column.label) for column in columns}
    cited = _list_cited(draft.decision, references)
    outputs = {fold_label(output.name) for output in draft.outputs}
    if cited and "source" not in labels | outputs:
        columns.append(Annotation("Source", tuple(cited for _ in rules)))
    return tuple(_free_label(column, references) for column in columns)


def _list_annotations(names: Sequence[str], rules: Sequence[DecisionRule | None]) -> Iterator[Annotation]:
    texts = [() if rule is None else rule.annotations for rule in rules]
    for index in range(max([len(names), *map(len, texts)])):
        label = names[index] if index < len(names) else ""
        column = tuple(row[index] if index < len(row) else "" for row in texts)
        if label.strip() or any(column):
            yield Annotation(label.strip() or ("Note" if index == 0 else f"Note {index + 1}"), column)


def _list_descriptions(rules: Sequence[DecisionRule | None]) -> Iterator[Annotation]:
    texts = tuple("" if rule is None else rule.identity.description for rule in rules)
    if any(texts):
        yield Annotation("Description", texts)


def _list_cited(decision: Decision, references: References) -> str:
    ids = [references.by_element[item.id] for item in decision.authority if item.id in references.by_element]
    return f"[{', '.join(ids)}]" if ids else ""


def _free_label(column: Annotation, references: References) -> Annotation:
    """The column, with another label if its texts are not valid under its own (as for the standard Why columns)."""
    readers: Mapping[str, Callable[[CellSource, Diagnostics], object]] = {
        "basis": read_basis,
        "source": lambda cell, found: read_sources(cell, references.citations, found),
        "status": read_status,
    }
    read = readers.get(fold_label(column.label))
    if read is None:
        return column
    found = Diagnostics()
    for text in column.texts:
        read(CellSource(Source(text)), found)
    return Annotation(f"{column.label} (text)", column.texts) if found.items else column
