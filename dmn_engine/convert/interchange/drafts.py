"""Drafts of workbook tables: the decisions of a model with their texts parsed, in the names of the model."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from dmn_engine.compile.requirement_graph import DrgElement
from dmn_engine.compile.undeclared import find_undeclared
from dmn_engine.convert.interchange.boxed_texts import write_boxed
from dmn_engine.diagnostics import Diagnostics, Origin, Source
from dmn_engine.feel import syntax
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.parser import parse_expression, parse_unary_tests
from dmn_engine.feel.syntax import Expression, NullLiteral, UnaryTests
from dmn_engine.feel.temporal import Date, DateTime, DaysDuration, Time, YearsDuration, parse_temporal
from dmn_engine.feel.types import ANY, NUMBER, ContextType, Type
from dmn_engine.model.boxed_expressions import (
    DecisionRule,
    InputClauseSource,
    LiteralExpression,
    OutputClauseSource,
    TableExpression,
)
from dmn_engine.model.decision_table import HitPolicy
from dmn_engine.model.definitions import Decision
from dmn_engine.model.type_constraints import FREE, AllowedValues, ItemType

_Tree = TypeVar("_Tree", Expression, UnaryTests)


@dataclass(frozen=True, slots=True)
class Text(Generic[_Tree]):
    """A text of the model and its syntax tree; None if it has errors, which are reported."""

    source: Source
    tree: _Tree | None


@dataclass(frozen=True, slots=True)
class InputDraft:
    """An input column. `type` and `allowed` are those that the column declares itself."""

    clause: InputClauseSource
    text: Text[Expression]
    type: ItemType
    allowed: AllowedValues | None


@dataclass(frozen=True, slots=True)
class OutputDraft:
    """An output column, with its name in expressions."""

    name: str
    origin: Origin
    type: ItemType
    allowed: AllowedValues | None = None
    default: Text[Expression] | None = None
    clause: OutputClauseSource | None = None


@dataclass(frozen=True, slots=True)
class RuleDraft:
    origin: Origin
    inputs: tuple[Text[UnaryTests], ...]
    outputs: tuple[Text[Expression], ...]
    rule: DecisionRule | None = None


@dataclass(frozen=True, slots=True)
class TableDraft:
    """A decision as a table: its own, or a table of one rule for its expression. `name` is its name in expressions."""

    name: str
    decision: Decision
    policy: HitPolicy
    inputs: tuple[InputDraft, ...]
    outputs: tuple[OutputDraft, ...]
    rules: tuple[RuleDraft, ...]
    annotations: tuple[str, ...] = ()
    undeclared: Mapping[str, Source] = field(default_factory=dict)

    @property
    def is_untyped(self) -> bool:
        """Whether neither the decision nor its logic declares a type, so that the result is not converted."""
        logic = self.decision.logic
        return self.decision.variable.type is None and (logic is None or logic.type is None)


def draft_decision(node: DrgElement, decision: Decision, found: Diagnostics) -> TableDraft:
    """The decision as a table. Raises: NotFeel if its logic is not a table and has no FEEL equivalent."""
    return _Drafter(node, decision, found).draft()


class _Drafter:
    def __init__(self, node: DrgElement, decision: Decision, found: Diagnostics) -> None:
        self.node = node
        self.decision = decision
        self.found = found
        self.types = node.model_file.types
        scope = read_scope(node)
        has_inputs = bool(node.model_file.definitions.inputs)
        self.undeclared = {} if has_inputs else find_undeclared(decision.logic, scope)
        self.scope = {**scope, **dict.fromkeys(self.undeclared, ANY)}

    def draft(self) -> TableDraft:
        logic = self.decision.logic
        if isinstance(logic, TableExpression):
            return self._draft_table(logic)
        text = "null" if logic is None else write_boxed(logic)
        source = logic.text if isinstance(logic, LiteralExpression) else Source(text, self.decision.origin)
        declared = logic.type if isinstance(logic, LiteralExpression) else None
        output = OutputDraft(self.node.name, source.origin, self._resolve(declared or self.decision.variable.type))
        rule = RuleDraft(source.origin, (), (self._parse(Source(text, source.origin)),))
        return self._finish(HitPolicy.UNIQUE, (), (output,), (rule,))

    def _draft_table(self, logic: TableExpression) -> TableDraft:
        inputs = tuple(self._draft_input(clause) for clause in logic.inputs)
        outputs = tuple(self._draft_outputs(logic))
        rules = tuple(self._draft_rule(rule, inputs) for rule in logic.rules)
        return self._finish(logic.hit_policy, inputs, outputs, rules, logic.annotations)

    def _finish(
        self,
        policy: HitPolicy,
        inputs: tuple[InputDraft, ...],
        outputs: tuple[OutputDraft, ...],
        rules: tuple[RuleDraft, ...],
        annotations: tuple[str, ...] = (),
    ) -> TableDraft:
        return TableDraft(self.node.name, self.decision, policy, inputs, outputs, rules, annotations, self.undeclared)

    def _draft_input(self, clause: InputClauseSource) -> InputDraft:
        literal = clause.expression
        allowed = self.types.restrict(clause.values, literal.text.text)
        return InputDraft(clause, self._parse(literal.text), self._resolve(literal.type), allowed)

    def _draft_outputs(self, logic: TableExpression) -> Iterator[OutputDraft]:
        whole = self._resolve(logic.type or self.decision.variable.type)
        row = whole.item or FREE if logic.hit_policy.is_list else whole
        for clause in logic.outputs:
            name = clause.name or clause.identity.label
            if len(logic.outputs) == 1:
                name = clause.identity.label or clause.name or self.node.name
            if clause.type is not None:
                type_ = self._resolve(clause.type)
            elif logic.hit_policy.aggregates:
                type_ = ItemType(NUMBER) if logic.hit_policy is HitPolicy.COLLECT_SUM else FREE
            else:
                type_ = row if len(logic.outputs) == 1 else dict(row.members).get(clause.name, FREE)
            default = None if clause.default is None else self._parse(clause.default.text)
            allowed = self.types.restrict(clause.values, name)
            yield OutputDraft(name, clause.origin, type_, allowed, default, clause)

    def _draft_rule(self, rule: DecisionRule, inputs: tuple[InputDraft, ...]) -> RuleDraft:
        tests = tuple(
            self._parse_tests(source, inputs[index].type.type if index < len(inputs) else ANY)
            for index, source in enumerate(rule.inputs)
        )
        return RuleDraft(rule.origin, tests, tuple(self._parse(cell.text) for cell in rule.outputs), rule)

    def _resolve(self, reference: Source | None) -> ItemType:
        return self.types.resolve(reference)

    def _parse(self, source: Source) -> Text[Expression]:
        if not source.text.strip():
            return Text(source, NullLiteral(source.span))
        errors = Diagnostics()
        node = parse_expression(source, self.scope, errors)
        self.found.items += errors.items
        return Text(source, None if errors.has_errors else node)

    def _parse_tests(self, source: Source, type_: Type) -> Text[UnaryTests]:
        if not source.text.strip():
            return Text(source, UnaryTests(source.span, ()))
        errors = Diagnostics()
        tests = parse_unary_tests(source, {**self.scope, "?": type_}, errors)
        self.found.items += errors.items
        return Text(source, None if tests is None or errors.has_errors else settle_literals(tests, self.scope))


_MADE_BY: Mapping[str, tuple[type, ...]] = {
    "date": (Date,),
    "time": (Time,),
    "date and time": (DateTime,),
    "duration": (DaysDuration, YearsDuration),
}


def settle_literals(tree: _Tree, names: Collection[str]) -> _Tree:
    """The tree with `date("2024-01-01")` and the like as `@"2024-01-01"`, unless one of `names` hides the function."""

    def settle(node: syntax.Node) -> syntax.Node:
        match node:
            case syntax.Call(builtin=name, arguments=(syntax.StringLiteral(value=text),)):
                with suppress(FeelError):
                    if name not in names and isinstance(parse_temporal(text), _MADE_BY.get(name, ())):
                        return syntax.AtLiteral(node.span, text)
        return node

    return syntax.transform(tree, settle)


def read_scope(node: DrgElement) -> dict[str, Type]:
    """The names in scope of a decision's texts with their declared types; an import is a context of imported names."""
    names: dict[str, Type] = {}
    for requirement in node.requires:
        element = requirement.node.element
        variable = getattr(element, "variable", None)
        type_ = ANY if variable is None else requirement.node.model_file.types.resolve(variable.type).type
        if not requirement.prefix:
            names[requirement.node.name] = type_
            continue
        context = names.get(requirement.prefix)
        members = context.members if isinstance(context, ContextType) else ()
        names[requirement.prefix] = ContextType((*members, (requirement.node.name, type_)))
    return names


def list_trees(draft: TableDraft) -> Iterator[Expression | UnaryTests]:
    """The syntax trees of all valid texts of a table."""
    texts: list[Text[Expression] | Text[UnaryTests] | None] = [item.text for item in draft.inputs]
    texts += [item.default for item in draft.outputs]
    for rule in draft.rules:
        texts += [*rule.inputs, *rule.outputs]
    yield from (text.tree for text in texts if text is not None and text.tree is not None)


def list_tests(draft: TableDraft, index: int) -> list[UnaryTests]:
    """The valid tests of an input column."""
    cells = [rule.inputs[index] for rule in draft.rules if index < len(rule.inputs)]
    return [cell.tree for cell in cells if cell.tree is not None]
