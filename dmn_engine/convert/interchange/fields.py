"""The inputs of a model as fields of a data dictionary: declared or inferred types, allowed values, titles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from dmn_engine.compile.inferred_inputs import ColumnUse, TableUse, advise, allow_item, infer_domain, infer_input
from dmn_engine.compile.requirement_graph import DrgElement, Requirement
from dmn_engine.convert.interchange.drafts import TableDraft, list_tests, list_trees
from dmn_engine.convert.interchange.marks import read_mark
from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.feel import InvalidText, evaluate
from dmn_engine.feel.types import ANY, ContextType, FunctionType, RangeType, Type
from dmn_engine.model.cell_text import fold_label
from dmn_engine.model.data_dictionary import ANY_VALUE, Domain, Field, Value
from dmn_engine.model.definitions import InputData
from dmn_engine.model.type_constraints import ItemType
from dmn_engine.workbook.cells.reading import name_type


@dataclass(slots=True)
class Fields:
    """Fields by name; `names` maps the names in the model to those of the fields, if they differ."""

    fields: dict[str, Field] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def read_fields(nodes: Sequence[DrgElement], drafts: Sequence[TableDraft], found: Diagnostics) -> Fields:
    """The fields for a model's input data, and for names that its tables use without a declaration."""
    reader = _FieldReader(drafts, found)
    for node in nodes:
        if isinstance(node.element, InputData):
            reader.add_input(node, node.element)
    for draft in drafts:
        for name, source in draft.undeclared.items():
            reader.add_undeclared(name, source)
    reader.add_imported(requirement for node in nodes for requirement in node.requires)
    return reader.fields


@dataclass(slots=True)
class _FieldReader:
    drafts: Sequence[TableDraft]
    found: Diagnostics
    fields: Fields = field(default_factory=Fields)
    taken: set[str] = field(init=False)
    uses: list[TableUse] = field(init=False)

    def __post_init__(self) -> None:
        self.uses = [_describe_use(draft) for draft in self.drafts]
        self.taken = {fold_label(draft.name) for draft in self.drafts}

    def add_input(self, node: DrgElement, element: InputData) -> None:
        item = node.model_file.types.resolve(element.variable.type)
        marked = read_mark(element.identity, "field")
        name = marked.get("name") or node.name
        if name != node.name:
            self.fields.names[node.name] = name
        has_default, default = _read_default(marked.get("default", ""))
        type_, domain = self._type_input(node.name, item, element.variable.name)
        if "whole" in marked:
            domain = replace(domain, integer=True)
        self.fields.fields[name] = Field(
            name,
            self._choose_title(element.identity.label, name),
            type_,
            domain,
            element.identity.description,
            marked.get("unit", ""),
            default,
            has_default,
            "distinct" in marked,
            "nullable" in marked,
        )

    def add_undeclared(self, name: str, source: Source) -> None:
        if name not in self.fields.fields:
            message = f"`{name}` is not declared in the model; it is treated as an input"
            self.found.warning("undeclared-input", message, source, help=advise(source, "add an <inputData> for it"))
            type_, domain = infer_input(name, source, self.uses, self.found)
            self.fields.fields[name] = Field(name, name, type_, domain)

    def add_imported(self, requirements: Iterable[Requirement]) -> None:
        """Inputs of imported models: each import is a field of its name, whose members are the inputs."""
        members: dict[str, dict[str, Type]] = {}
        for requirement in requirements:
            element = requirement.node.element
            if requirement.link is None or not isinstance(element, InputData):
                continue
            if not requirement.prefix:
                if requirement.node.name not in self.fields.fields:
                    self.add_input(requirement.node, element)
                continue
            type_ = requirement.node.model_file.types.resolve(element.variable.type).type
            members.setdefault(requirement.prefix, {})[requirement.node.name] = type_
        for prefix, types in members.items():
            self.fields.fields[prefix] = Field(prefix, prefix, ContextType(tuple(types.items())))

    def _choose_title(self, label: str, name: str) -> str:
        """The label, if it is unique, else the name."""
        title = " ".join(label.split()) or name
        title = name if fold_label(title) in self.taken else title
        self.taken |= {fold_label(title), fold_label(name)}
        return title

    def _type_input(self, name: str, item: ItemType, place: Source) -> tuple[Type, Domain]:
        if item.type == ANY:
            return infer_input(name, place, self.uses, self.found)
        allowed = allow_item(item)
        for source in allowed.untold:
            message = (
                f"the values of `{name}` are restricted by `{source.text}`, which a data dictionary cannot represent"
            )
            self.found.warning("not-in-vocabulary", message, source, help="state it in the record schema")
        if isinstance(item.type, FunctionType | RangeType):
            message = f"`{name}` is {name_type(item.type)}, which a field of a record cannot be"
            self.found.warning("not-in-vocabulary", message, place, help="give the tables a value of another type")
        is_open = allowed.domain == ANY_VALUE
        return item.type, infer_domain(name, place, self.uses, self.found) if is_open else allowed.domain


def _read_default(text: str) -> tuple[bool, Value]:
    """Whether there is a default, and its value; an invalid text is ignored."""
    try:
        return bool(text), evaluate(text) if text else None
    except InvalidText:
        return False, None


def _describe_use(draft: TableDraft) -> TableUse:
    columns = [
        ColumnUse(
            item.text.tree,
            item.type,
            item.allowed,
            list_tests(draft, index),
            is_own=bool(read_mark(item.clause.identity, "column")),
        )
        for index, item in enumerate(draft.inputs)
    ]
    return TableUse(columns, list(list_trees(draft)))
