"""The names of a model in its workbook: fields by title, decisions by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from dmn_engine.convert.interchange.drafts import TableDraft
from dmn_engine.convert.interchange.fields import Fields
from dmn_engine.convert.interchange.marks import read_mark
from dmn_engine.feel.syntax import Expression, UnaryTests, rename
from dmn_engine.model.names import is_name

Tree = TypeVar("Tree", Expression, UnaryTests)


@dataclass(frozen=True, slots=True)
class Wording:
    """`names` maps the model's names to the workbook's, if they differ; `titles` has the titles of fields."""

    fields: Fields
    drafts: Sequence[TableDraft]
    names: Mapping[str, str] = field(init=False)
    titles: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        names = {
            draft.name: read_mark(draft.decision.identity, "table").get("name", draft.name) for draft in self.drafts
        }
        names = {name: own for name, own in {**self.fields.names, **names}.items() if name != own}
        titles = {item.name: item.title for item in self.fields.fields.values() if is_name(item.title)}
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "titles", titles)

    def name_decision(self, draft: TableDraft) -> str:
        """The decision's name in the workbook."""
        return self.names.get(draft.name, draft.name)

    def reword(self, tree: Tree) -> Tree:
        """The tree with the names of the workbook."""
        return rename(tree, self.names) if self.names else tree
