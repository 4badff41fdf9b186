"""The inputs of a model as fields of a data dictionary: declared or inferred types, allowed values, titles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from dmn_engine.compile.requirement_graph import Node, Requirement
from dmn_engine.convert.interchange.domains import allow_item, infer_structure, infer_type, unite_domains
from dmn_engine.convert.interchange.drafts import TableDraft, advise, list_read, list_tests
from dmn_engine.convert.interchange.marks import read_mark
from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.feel import InvalidText, evaluate
from dmn_engine.feel.syntax import Name
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


def read_fields(nodes: Sequence[Node], drafts: Sequence[TableDraft], found: Diagnostics) -> Fields:
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

    def __post_init__(self) -> None:
        self.taken = {fold_label(draft.name) for draft in self.drafts}

    def add_input(self, node: Node, element: InputData) -> None:
        item = node.unit.types.resolve(element.variable.type)
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
        )

    def add_undeclared(self, name: str, source: Source) -> None:
        if name not in self.fields.fields:
            message = f"`{name}` is not declared in the model; it is treated as an input"
            self.found.warning("undeclared-input", message, source, help=advise(source, "add an <inputData> for it"))
            type_, domain = self._infer(name, source)
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
            type_ = requirement.node.unit.types.resolve(element.variable.type).type
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
            return self._infer(name, place)
        allowed = allow_item(item)
        for source in allowed.untold:
            message = (
                f"the values of `{name}` are restricted by `{source.text}`, which a data dictionary cannot represent"
            )
            self.found.warning("not-in-vocabulary", message, source, help="state it in the record schema")
        if isinstance(item.type, FunctionType | RangeType):
            message = f"`{name}` is {name_type(item.type)}, which a field of a record cannot be"
            self.found.warning("not-in-vocabulary", message, place, help="give the tables a value of another type")
        return item.type, self._share_domain(name, place) if allowed.domain == ANY_VALUE else allowed.domain

    def _share_domain(self, name: str, place: Source) -> Domain:
        """Restrict a field to the values that its columns list, because every table gives null for others."""
        columns = [draft.inputs[index] for draft in self.drafts for index in _find_columns(draft, name)]
        if any(read_mark(item.clause.identity, "column") for item in columns):
            return ANY_VALUE
        shared = unite_domains(allow_item(item.type, item.allowed).domain for item in columns)
        if shared != ANY_VALUE:
            message = f"the values of `{name}` are those that tables list for it"
            help = advise(place, "give its type these <allowedValues>")
            self.found.note("values-inferred", message, place, help=help)
        return shared

    def _infer(self, name: str, place: Source) -> tuple[Type, Domain]:
        """The type that the columns of an input declare, else the type of all constants that they compare it with."""
        columns = [(draft, index) for draft in self.drafts for index in _find_columns(draft, name)]
        said = {draft.inputs[index].type.type for draft, index in columns} - {ANY}
        if len(said) == 1:
            return said.pop(), self._share_domain(name, place)
        type_ = infer_type([tests for draft, index in columns for tests in list_tests(draft, index)])
        type_ = infer_structure(name, self.drafts) if type_ == ANY else type_
        if type_ == ANY and not any(name in list_read(draft) for draft in self.drafts):
            return ANY, ANY_VALUE
        if type_ == ANY:
            message = f"the type of `{name}` is not declared and cannot be inferred"
            self.found.warning("type-unknown", message, place, help=advise(place, "give its <variable> a typeRef"))
        else:
            words = name_type(type_) if not isinstance(type_, ContextType) else f"`{type_}`"
            message = f"the type of `{name}` is not declared; the tables use it as {words}"
            self.found.note("type-inferred", message, place, help=advise(place, "give its <variable> a typeRef"))
        return type_, self._share_domain(name, place)


def _read_default(text: str) -> tuple[bool, Value]:
    """Whether there is a default, and its value; an invalid text is ignored."""
    try:
        return bool(text), evaluate(text) if text else None
    except InvalidText:
        return False, None


def _find_columns(draft: TableDraft, name: str) -> list[int]:
    trees = [item.text.tree for item in draft.inputs]
    return [index for index, tree in enumerate(trees) if isinstance(tree, Name) and tree.name == name]
