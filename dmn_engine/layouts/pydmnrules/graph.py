"""Convert the plan of an execution to a requirement graph, with a decision for each value that a variable takes.

pyDMNrules runs tables one after the other, each reading and setting the same variables. Here nothing is set twice
(static single assignment): a run of a table is a decision with the table as its logic; what a variable is after the
run is a decision too, named by the variable once no later run sets it. A run that takes place on conditions leaves the
variable as it was where they do not hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dmn_engine.diagnostics import Diagnostics, Origin, Source
from dmn_engine.feel.parser import parse_unary_tests
from dmn_engine.feel.syntax import (
    BooleanLiteral,
    ComparisonTest,
    NullLiteral,
    NumberLiteral,
    StringLiteral,
    mentions_input,
)
from dmn_engine.feel.tokens import TokenKind, tokenise
from dmn_engine.feel.values import quote
from dmn_engine.layouts.pydmnrules.boxing import TableBoxer, list_reads
from dmn_engine.layouts.pydmnrules.dialect import Dialect, Naming
from dmn_engine.layouts.pydmnrules.execution import Assignment, Loop, Run, read_table_name
from dmn_engine.layouts.pydmnrules.glossary import EXECUTE, Glossary, GlossaryEntry, make_name
from dmn_engine.layouts.pydmnrules.table import TableCells
from dmn_engine.model.boxed_expressions import (
    BoxedExpression,
    ContextExpression,
    ExpressionEntry,
    FunctionExpression,
    Identity,
    LiteralExpression,
    Variable,
)
from dmn_engine.model.decision_table import HitPolicy
from dmn_engine.model.definitions import BusinessKnowledgeModel, Decision, InputData, Reference


@dataclass(frozen=True, slots=True)
class _Condition:
    """A condition of a run, as FEEL, with the names that it reads."""

    text: str
    uses: frozenset[str]
    origin: Origin


@dataclass(frozen=True, slots=True)
class _State:
    """What a variable is at one point: the name of the input or decision.

    `set_under` are the conditions under one of which it was set; it may still be as it was before all runs where none
    of them held. None: it was surely set.
    """

    name: str
    set_under: tuple[frozenset[_Condition], ...] | None = ()

    def may_be_initial(self, under: frozenset[_Condition]) -> bool:
        """Whether, where these conditions hold, no run may have set it."""
        return self.set_under is not None and not any(item <= under for item in self.set_under)


@dataclass(frozen=True, slots=True)
class Graph:
    """The elements; `initial` are the names of input data by variable, `final` those of what each variable ends as."""

    inputs: tuple[InputData, ...]
    decisions: tuple[Decision, ...]
    functions: tuple[BusinessKnowledgeModel, ...]
    initial: dict[str, str]
    final: dict[str, str]


def build_graph(
    plan: Sequence[Assignment],
    loops: Mapping[str, Loop],
    idle: Sequence[TableCells],
    glossary: Glossary,
    dialect: Dialect,
    given: Iterable[str],
) -> Graph:
    """The graph of a plan. `loops` are the tables that execute themselves, by name: each becomes a function.

    `idle` tables are not executed, and are kept as decisions that nothing depends on.

    `given` are variables of which records are known to have a value. A variable that tables set is an input too where
    it is given or where a table reads it before one has set it; otherwise it is null until it is set.
    """
    names = _name_functions(loops, glossary)
    first = _Builder(plan, glossary, dialect, frozenset(glossary.entries), names)
    first.build(idle)
    graph = _Builder(plan, glossary, dialect, first.read_before | set(given), names).build(idle)
    functions = [_build_function(names[table], loop, glossary, dialect, names) for table, loop in loops.items()]
    return replace(graph, functions=tuple(functions))


def _name_functions(loops: Iterable[str], glossary: Glossary) -> dict[str, str]:
    """The names of the functions by those of their tables."""
    taken = set(glossary.names)
    names: dict[str, str] = {}
    for table in loops:
        names[table] = make_name(f"run {table}", taken)
        taken.add(names[table])
    return names


def _build_function(
    name: str, loop: Loop, glossary: Glossary, dialect: Dialect, names: Mapping[str, str]
) -> BusinessKnowledgeModel:
    """A table that executes itself: what its variables are when it and all that it executes are through."""
    identity, origin = _function_id(name, names), loop.table.origin
    builder = _Builder(loop.body, glossary, dialect, frozenset(glossary.entries), names, f"{identity}_")
    decisions = builder.build(()).decisions
    results = _list_set_by(loop.group, dialect)
    parts = (f"{quote(glossary.entries[item].name)}: {builder.states[item].name}" for item in results)
    result = LiteralExpression(Source(f"{{{', '.join(parts)}}}", origin), origin=origin)
    entries = [ExpressionEntry(item.variable, item.logic, item.origin) for item in decisions]
    context = ContextExpression((*entries, ExpressionEntry(None, result, origin)), origin=origin)
    parameters = _list_parameters(loop.group, glossary, dialect)
    variables = tuple(Variable(Source(glossary.entries[item].name, origin)) for item in parameters)
    called = {reference.id: reference for item in decisions for reference in item.knowledge}
    called.pop(identity, None)  # a function knows itself
    return BusinessKnowledgeModel(
        name=name,
        variable=Variable(Source(name, loop.table.name.origin)),
        logic=FunctionExpression(variables, context, origin=origin),
        knowledge=tuple(called.values()),
        authority=(),
        origin=origin,
        identity=Identity(identity),
    )


def _function_id(name: str, names: Mapping[str, str]) -> str:
    return f"function_{list(names.values()).index(name) + 1}"


@dataclass(slots=True)
class _Builder:
    """Builds decisions; those of the body of a function, which `prefix` their ids, see variables as parameters.

    `functions` are the names of functions by those of their tables.
    """

    plan: Sequence[Assignment]
    glossary: Glossary
    dialect: Dialect
    given: frozenset[str] | set[str]
    functions: Mapping[str, str]
    prefix: str = ""
    read_before: set[str] = field(default_factory=set)
    states: dict[str, _State] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    required: set[str] = field(default_factory=set)
    conditions: dict[Run, frozenset[_Condition]] = field(default_factory=dict)
    run_names: dict[Run, str] = field(default_factory=dict)
    last_writes: dict[str, Assignment] = field(default_factory=dict)

    def build(self, idle: Sequence[TableCells]) -> Graph:
        """All elements."""
        for assignment in self.plan:
            for variable in _list_variables(assignment, self.dialect):
                if variable in self.glossary.entries:
                    self.last_writes[variable] = assignment
        initial = self._name_initial()
        self.states = {variable: _State(name) for variable, name in initial.items()}
        for assignment in self.plan:
            self._apply(assignment)
        for table in idle:
            self._add_table(table, self._name_table(table), self._naming(), "", ())
        inputs = [
            self._make_input(entry, initial[entry.variable])
            for entry in self.glossary.entries.values()
            if entry.variable not in self.last_writes or initial[entry.variable] in self.required
        ]
        known = {item.name for item in inputs}
        return Graph(
            tuple(inputs),
            tuple(self.decisions),
            (),
            {variable: name for variable, name in initial.items() if name in known},
            {variable: state.name for variable, state in self.states.items()},
        )

    def _name_initial(self) -> dict[str, str]:
        """The names of the variables before all runs, with the ids of the inputs that they may be."""
        for name in self.functions.values():
            self.ids[name] = _function_id(name, self.functions)
        taken = {*self.glossary.names, *self.ids}
        names: dict[str, str] = {}
        for number, entry in enumerate(self.glossary.entries.values(), 1):
            is_only = bool(self.prefix) or entry.variable not in self.last_writes
            name = entry.name if is_only else make_name(f"initial {entry.name}", taken)
            taken.add(name)
            names[entry.variable] = name
            self.ids[name] = f"input_{number}"
        return names

    def _make_input(self, entry: GlossaryEntry, name: str) -> InputData:
        label = "" if name == entry.variable else entry.variable
        identity = Identity(self.ids[name], label, _describe([("Attribute", entry.item), *entry.notes]))
        return InputData(name, Variable(Source(name, entry.origin)), entry.origin, identity)

    # Runs

    def _apply(self, assignment: Assignment) -> None:
        """The outputs of a run take effect; at its first ones, the table is evaluated."""
        run = assignment.run
        if run.group:
            self._call(assignment)
            return
        if run not in self.run_names:
            self._start(run, assignment)
        outputs = list(enumerate(run.table.outputs))[assignment.first : assignment.last]
        merged = self.run_names[run]
        effective = _list_variables(assignment, self.dialect)
        for number, heading in outputs:
            is_set = effective.pop(heading.variable, None) is not None and heading.variable in self.states
            if is_set and self.states[heading.variable].name != merged:
                self._assign(assignment, number, heading.variable, heading.cell.source)

    def _start(self, run: Run, assignment: Assignment) -> None:
        conditions = self._read_conditions(run)
        self.conditions[run] = conditions
        naming = self._naming()
        variable = self._find_merged(assignment, conditions)
        name = self._name_table(run.table) if variable is None else self.glossary.entries[variable].name
        self.run_names[run] = name
        description = _describe([("", run.step.description), *run.step.notes])
        self._add_table(run.table, name, naming, description, conditions)
        if variable is not None:
            self.states[variable] = _State(name, None)

    def _call(self, assignment: Assignment) -> None:
        """The call of a table that executes itself: a decision with what it makes of the variables."""
        run = assignment.run
        conditions = self.conditions[run] = self._read_conditions(run)
        reads = list_reads(run.group, self.glossary, self.dialect)
        self._note_reads(reads, conditions)
        arguments = [
            self.states[item].name if item in reads else self._earlier(item, self.states[item])
            for item in _list_parameters(run.group, self.glossary, self.dialect)
        ]
        function = self.functions[run.table.name.text]
        value, uses = self._conditionally(f"{function}({', '.join(arguments)})", "null", conditions)
        name = self.run_names[run] = self._free_name(f"{run.table.name.text} result")
        identity = self.ids[name] = f"call_{len(self.decisions) + 1}"
        description = _describe([("", run.step.description), *run.step.notes])
        self._add_literal(
            name,
            value,
            uses | {item for item in arguments if item != "null"},
            run.table.name.source,
            Identity(identity, "", description),
            (Reference(Source(function, run.table.origin), "", self.ids[function]),),
        )
        for variable in _list_variables(assignment, self.dialect):
            self._set(variable, self._member(name, variable), {name}, assignment, run.table.name.source)

    def _find_merged(self, assignment: Assignment, conditions: frozenset[_Condition]) -> str | None:
        """The variable that is nothing but the value of its table: one of the same name, surely set, for good."""
        table = assignment.run.table
        variable = table.outputs[0].variable if len(table.outputs) == 1 else ""
        entry = self.glossary.entries.get(variable)
        if (
            entry is None
            or conditions
            or self.prefix
            or self.last_writes.get(variable) is not assignment
            or table.policy.is_list
        ):
            return None
        return variable if make_name(table.name.text, set()) == entry.name else None

    def _read_conditions(self, run: Run) -> frozenset[_Condition]:
        if run.caller is not None:
            name = self.run_names[run.caller]
            value = self._output_of(run.caller, run.number)
            text = f"{value} = {quote(read_table_name(run.step.table))}"
            return self.conditions[run.caller] | {_Condition(text, frozenset({name}), run.step.table.origin)}
        found = set()
        for variable, cell in run.step.conditions:
            entry = self.glossary.entries.get(variable)
            if entry is None:
                continue  # reported with its heading
            reading = self.dialect.read_test(cell, entry, self._naming())
            self._note_reads({variable, *reading.uses}, frozenset())
            name = self.states[variable].name
            uses = frozenset({name, *(self.states[item].name for item in reading.uses)})
            found.add(_Condition(_as_condition(name, reading.source), uses, cell.origin))
        return frozenset(found)

    def _naming(self) -> Naming:
        return Naming.of({variable: state.name for variable, state in self.states.items()})

    def _note_reads(self, variables: Iterable[str], under: frozenset[_Condition]) -> None:
        for variable in variables:
            if variable in self.last_writes and self.states[variable].may_be_initial(under):
                self.read_before.add(variable)

    def _add_table(
        self,
        table: TableCells,
        name: str,
        naming: Naming,
        description: str,
        conditions: Iterable[_Condition],
    ) -> None:
        number = sum(1 for item in self.decisions if item.identity.id.startswith(f"{self.prefix}table_")) + 1
        identity = f"{self.prefix}table_{number}"
        boxed, uses = TableBoxer(table, self.glossary, self.dialect, naming, identity).box()
        self._note_reads(uses, frozenset(conditions))
        label = "" if name == table.name.text else table.name.text
        self.ids[name] = identity
        self._add(
            name,
            boxed,
            {self.states[variable].name for variable in uses},
            table.origin,
            Identity(identity, label, description),
            table.name.origin,
        )

    # Variables

    def _assign(self, assignment: Assignment, number: int, variable: str, source: Source) -> None:
        run, before = assignment.run, self.states[variable]
        value, uses = self._output_of(run, number), {self.run_names[run]}
        earlier = self._earlier(variable, before)
        if run.table.policy.is_list and earlier != "null":
            value = f"if {earlier} instance of list<Any> then concatenate({earlier}, {value}) else {value}"
            uses.add(before.name)
        self._set(variable, value, uses, assignment, source)

    def _set(self, variable: str, value: str, uses: set[str], assignment: Assignment, source: Source) -> None:
        """The variable is from here on this value, or what it was where the run's conditions do not hold."""
        before, entry = self.states[variable], self.glossary.entries[variable]
        conditions = self.conditions[assignment.run]
        earlier = self._earlier(variable, before)
        value, read = self._conditionally(value, earlier, conditions)
        if conditions and earlier != "null":
            read.add(before.name)
        is_last = not self.prefix and self.last_writes[variable] is assignment
        name = entry.name if is_last else self._free_name(f"{entry.name} after {self.run_names[assignment.run]}")
        identity = self.ids[name] = f"variable_{len(self.decisions) + 1}"
        label = variable if is_last and name != variable else ""
        notes = _describe([("Attribute", entry.item), *entry.notes])
        self._add_literal(name, value, uses | read, source, Identity(identity, label, notes))
        self.states[variable] = _State(name, _widen(before.set_under, conditions))

    def _conditionally(self, value: str, otherwise: str, conditions: frozenset[_Condition]) -> tuple[str, set[str]]:
        """The value where the conditions hold, and the names that they read."""
        if not conditions:
            return value, set()
        ordered = sorted(conditions, key=lambda item: item.text)
        test = " and ".join(f"({item.text})" if len(ordered) > 1 else item.text for item in ordered)
        return f"if {test} then {value} else {otherwise}", {name for item in ordered for name in item.uses}

    def _earlier(self, variable: str, before: _State) -> str:
        """What the variable was: null where no run can have set it and no record gives it."""
        return "null" if before.set_under == () and variable not in self.given else before.name

    def _output_of(self, run: Run, number: int) -> str:
        """The value of an output of a run, as FEEL."""
        name, table = self.run_names[run], run.table
        if len(table.outputs) == 1:
            return name
        is_list = table.policy.is_list or table.policy.aggregates
        value = self._member(name, table.outputs[number].variable, is_list=is_list)
        aggregate = _AGGREGATES.get(table.policy)
        return f"{aggregate}({value})" if aggregate else value

    def _member(self, name: str, variable: str, *, is_list: bool = False) -> str:
        """The value of a variable in a context, or its values in a list of them."""
        entry = self.glossary.entries.get(variable)
        member = variable if entry is None else entry.name
        if all(token.kind is TokenKind.WORD for token in tokenise(member)[:-1]):
            return f"{name}.{member}"
        if is_list:
            return f"for row in {name} return get value(row, {quote(member)})"
        return f"get value({name}, {quote(member)})"

    # Names and elements

    def _name_table(self, table: TableCells) -> str:
        """The name of a table; a variable of the same name goes before it."""
        name = make_name(table.name.text, set())
        return self._free_name(f"{name} table" if name in self.glossary.names else name)

    def _free_name(self, wanted: str) -> str:
        """The name, with a number where it is taken."""
        return make_name(wanted, set(self.ids) | self.glossary.names)

    def _add_literal(
        self,
        name: str,
        value: str,
        uses: Iterable[str],
        source: Source,
        identity: Identity,
        knowledge: tuple[Reference, ...] = (),
    ) -> None:
        logic = LiteralExpression(Source(value, source.origin), origin=source.origin)
        self._add(name, logic, uses, source.origin, identity, source.origin, knowledge)

    def _add(
        self,
        name: str,
        logic: BoxedExpression | None,
        uses: Iterable[str],
        origin: Origin,
        identity: Identity,
        name_origin: Origin,
        knowledge: tuple[Reference, ...] = (),
    ) -> None:
        names = sorted(set(uses))
        self.required.update(names)
        references = tuple(Reference(Source(item, origin), "", self.ids[item]) for item in names)
        variable = Variable(Source(name, name_origin))
        self.decisions.append(Decision(name, variable, logic, references, knowledge, (), origin, identity=identity))


_AGGREGATES = {
    HitPolicy.COLLECT_SUM: "sum",
    HitPolicy.COLLECT_MIN: "min",
    HitPolicy.COLLECT_MAX: "max",
    HitPolicy.COLLECT_COUNT: "count",
}


def _list_variables(assignment: Assignment, dialect: Dialect) -> dict[str, int]:
    """The variables that an assignment sets, with the numbers of their outputs."""
    if assignment.run.group:
        return dict.fromkeys(_list_set_by(assignment.run.group, dialect), 0)
    found = _list_outputs(assignment.run.table, assignment.last, dialect)
    return {variable: number for variable, number in found.items() if number >= assignment.first}


def _list_set_by(group: Iterable[TableCells], dialect: Dialect) -> list[str]:
    """The variables that some table of a group sets."""
    found = {variable for table in group for variable in _list_outputs(table, len(table.outputs), dialect)}
    return [variable for variable in dialect.glossary.entries if variable in found]


def _list_parameters(group: Sequence[TableCells], glossary: Glossary, dialect: Dialect) -> list[str]:
    """The variables that a group of tables takes: those that it reads or sets, in the order of the glossary."""
    found = {*list_reads(group, glossary, dialect), *_list_set_by(group, dialect)}
    return [variable for variable in glossary.entries if variable in found]


def _list_outputs(table: TableCells, last: int, dialect: Dialect) -> dict[str, int]:
    """The variables that the outputs up to a number set, with their numbers; the first of one that is there twice.

    A column that gives its own variable back in every rule sets nothing: it is there to make the variable known.
    """
    found: dict[str, int] = {}
    for number, heading in enumerate(table.outputs[:last]):
        entry = dialect.glossary.entries.get(heading.variable)
        is_idle = entry is not None and all(
            dialect.words.find(rule.outputs[number].text) is entry for rule in table.rules
        )
        if heading.variable != EXECUTE and not (is_idle and table.rules and not table.policy.is_list):
            found.setdefault(heading.variable, number)
    return found


def _widen(
    before: tuple[frozenset[_Condition], ...] | None, conditions: frozenset[_Condition]
) -> tuple[frozenset[_Condition], ...] | None:
    return None if before is None or not conditions else (*before, conditions)


def _as_condition(name: str, source: Source) -> str:
    """Unary tests of a variable as an expression."""
    tests = parse_unary_tests(source, {}, Diagnostics())
    text = source.text
    if tests is not None and tests.negated:
        return f"not({name} in ({text.partition('(')[2].rpartition(')')[0]}))"
    single = tests.tests[0] if tests is not None and len(tests.tests) == 1 else None
    if isinstance(single, ComparisonTest) and not mentions_input(single):
        return f"{name} {text}"
    if isinstance(single, StringLiteral | NumberLiteral | BooleanLiteral | NullLiteral):
        return f"{name} = {text}"
    return f"{name} in ({text})"


def _describe(notes: Iterable[tuple[str, str]]) -> str:
    """Notes as lines: heading and text."""
    return "\n".join(f"{heading}: {text}" if heading else text for heading, text in notes if text)
