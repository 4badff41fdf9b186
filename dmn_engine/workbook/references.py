"""The evidence of a rule: its basis, the references that it cites, and its review status."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dmn_engine.diagnostics import Diagnostics, Span, nearest, nearest_name
from dmn_engine.model.cell_text import DASHES, fold_label, join_words, offer_listed
from dmn_engine.model.workbook_source import CellSource, ReferenceSource, WorkbookSource

BASES = ("source", "inferred", "silent")
STATUSES = ("draft", "in review", "approved", "retired")
_ID = re.compile(r"[^\s,;\[\]]+(?: +[^\s,;\[\]]+)*")
_SPAN_OF_IDS = re.compile(rf"(\d+)\s*[{re.escape(DASHES)}]\s*(\d+)")


def collect_references(workbook: WorkbookSource, found: Diagnostics) -> dict[str, str]:
    """The citations of a workbook by id; ids without brackets."""
    citations: dict[str, str] = {}
    seen: dict[str, ReferenceSource] = {}
    for reference in workbook.references:
        id_ = reference.id.text.strip().strip("[]").strip()
        if not id_:
            found.error(
                "missing-reference-id",
                "this reference has no id",
                reference.id.source,
                help="write the id that rules cite, such as `1`",
            )
        elif fold_label(id_) in seen:
            found.error(
                "duplicate-reference",
                f"the reference `{id_}` appears twice",
                reference.id.source,
                related=((seen[fold_label(id_)].id.source, "the first one"),),
                help="give each reference a name of its own",
            )
        else:
            seen[fold_label(id_)] = reference
            citations[id_] = reference.citation.text
    return citations


def read_evidence(
    basis: CellSource | None, source: CellSource | None, known: Mapping[str, str], found: Diagnostics
) -> tuple[str, tuple[str, ...]]:
    """The basis of a rule and its references: a rule whose basis is `source` must name one."""
    word, sources = read_basis(basis, found), read_sources(source, known, found)
    if word == "source" and basis is not None and (source is None or _is_blank(source)):
        message = "the basis of this rule is `source`, and it names no reference"
        place = basis.source if source is None else source.source
        help = "write the number of the reference in the column Source, or write `inferred`"
        found.warning("missing-reference", message, place, help=help)
    return word, sources


def _is_blank(cell: CellSource) -> bool:
    return not cell.text.strip() or cell.text.strip() in DASHES


def read_sources(cell: CellSource | None, known: Mapping[str, str], found: Diagnostics) -> tuple[str, ...]:
    """The ids of the references that a cell cites: `[1,2]`, `[1], [2]`, `1, 2`; unknown ids are reported."""
    if cell is None or _is_blank(cell):
        return ()
    by_fold = {fold_label(id_): id_ for id_ in known}
    cited: dict[str, None] = {}
    for part in _ID.finditer(cell.text):
        span = Span(*part.span())
        id_ = by_fold.get(fold_label(part[0]))
        if id_ is not None:
            cited[id_] = None
        elif several := _SPAN_OF_IDS.fullmatch(part[0]):
            found.error(
                "reference-range",
                f"`{part[0]}` is not the id of a reference",
                cell.source,
                span,
                help=f"name each of them: `{_count_up(several)}`",
            )
        else:
            _report_unknown(part[0], span, cell, known, found)
    return tuple(cited)


def _count_up(several: re.Match[str]) -> str:
    first, last = int(several[1]), int(several[2])
    if not first < last < first + 20:
        return f"[{first}, {last}]"
    return f"[{', '.join(map(str, range(first, last + 1)))}]"


def _report_unknown(id_: str, span: Span, cell: CellSource, known: Mapping[str, str], found: Diagnostics) -> None:
    near = nearest_name(id_, known)
    if not known:
        help = "add the sheet `References` with this id, or remove it here"
    else:
        help = offer_listed(near, f"references are: {join_words(known)}")
    found.error("unknown-reference", f"the sheet `References` has no `{id_}`", cell.source, span, help=help)


def read_basis(cell: CellSource | None, found: Diagnostics) -> str:
    """Whether the rule is in the source, inferred, or says that the source is silent; empty where it does not say."""
    return _read_word(cell, BASES, "basis", "a basis", found)


def read_status(cell: CellSource | None, found: Diagnostics) -> str:
    """The review status that a rule or a workbook has; empty where it has none."""
    return _read_word(cell, STATUSES, "status", "a review status", found)


def _read_word(cell: CellSource | None, words: tuple[str, ...], name: str, what: str, found: Diagnostics) -> str:
    text = "" if cell is None else fold_label(cell.text)
    if cell is None or not text or text in DASHES:
        return ""
    if text in words:
        return text
    near = nearest(text, words)
    found.error(
        f"unknown-{name}",
        f"`{cell.text}` is not {what}",
        cell.source,
        help=offer_listed(near, f"write one of: {', '.join(words)}"),
    )
    return ""
