"""Check that the decisions which a Use column names give outcomes of one kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from dmn_engine.diagnostics import Diagnostics
from dmn_engine.feel.types import ANY, ContextType, ListType, Type
from dmn_engine.model.decision_table import OutputCell
from dmn_engine.workbook.cells.reading import name_type
from dmn_engine.workbook.columns import Outcome

_LIST, _CONTEXT = ListType(ANY), ContextType(())
_KINDS: Mapping[Type, str] = {_LIST: "a list", _CONTEXT: "several outputs"}


def check_uses(cells: Iterable[OutputCell], decisions: Mapping[str, Outcome], found: Diagnostics) -> None:
    """Report every cell that uses a decision of another kind than most: a list of options here, one text there.

    Only for a column that is the whole outcome: a column of contents beside others may hold anything.
    """
    used = [(cell, cell.decision, decisions[cell.decision].type) for cell in cells if cell.decision is not None]
    kinds = Counter(_find_kind(type_) for _, _, type_ in used)
    kinds.pop(ANY, None)
    if len(kinds) < 2:
        return
    usual = kinds.most_common(1)[0][0]
    for cell, decision, type_ in used:
        if _find_kind(type_) not in (usual, ANY):
            found.error(
                "use-of-other-kind",
                f"`{decision}` gives {_name_kind(_find_kind(type_))}, and the other decisions here {_name_kind(usual)}",
                cell.source.source,
                help="use a decision whose outcome is of the same kind",
            )


def _find_kind(type_: Type) -> Type:
    """The type without what is in it: options of one column may stand beside options of several."""
    match type_:
        case ListType():
            return _LIST
        case ContextType():
            return _CONTEXT
    return type_


def _name_kind(kind: Type) -> str:
    return _KINDS.get(kind) or name_type(kind)
