"""What a built-in function is: one record for checker, compiler and manual. Knows no particular function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dmn_engine.feel import types
from dmn_engine.feel.conversion import coerce, describe_type
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.operators import name_kind
from dmn_engine.feel.types import FunctionType, Type
from dmn_engine.feel.values import Function, Value

LIST = types.ListType(types.ANY)
RANGE = types.RangeType(types.ANY)
CONTEXT = types.ContextType()
FUNCTION = FunctionType((), types.ANY)
"""As the type of a parameter: any function at all."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter by name and type.

    `optional`: it may be left out (only at the end). `variadic`: the last one, which takes any number of values, at
    least one. `nullable`: the function wants to see null; elsewhere null has no result.
    """

    name: str
    type: Type
    optional: bool = False
    variadic: bool = False
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Builtin:
    """One signature of a built-in function; a name with several signatures has several records.

    `function` takes the values by position, converted to their types, None for an optional one that is left out; a
    variadic parameter's values come as one list. It raises FeelError where there is no result. `doc` is one line.
    """

    name: str
    parameters: tuple[Parameter, ...]
    result: Type
    function: Callable[..., Value]
    doc: str

    @property
    def variadic(self) -> bool:
        """Whether the last parameter takes any number of values."""
        return bool(self.parameters) and self.parameters[-1].variadic

    @property
    def required(self) -> int:
        """The least number of values."""
        return sum(not parameter.optional for parameter in self.parameters)

    @property
    def signature(self) -> str:
        """The signature as the manual shows it: `substring(string, start position, length?)`."""
        marks = (
            item.name + ("?" if item.optional else "") + ("..." if item.variadic else "") for item in self.parameters
        )
        return f"{self.name}({', '.join(marks)})"

    def accepts(self, count: int) -> bool:
        """Whether so many values fit, by position."""
        return self.required <= count and (self.variadic or count <= len(self.parameters))

    def call(self, values: Sequence[Value]) -> Value:
        """The result for values by position. Raises: FeelError if one does not fit its type, or there is no result."""
        if not self.accepts(len(values)):
            raise FeelError(f"{self.signature} does not take {len(values)} value{'' if len(values) == 1 else 's'}")
        arguments: list[Value] = []
        for index, parameter in enumerate(self.parameters):
            if parameter.variadic:
                arguments.append([self._fit(parameter, value) for value in values[index:]])
            elif index < len(values):
                arguments.append(self._fit(parameter, values[index]))
            else:
                arguments.append(None)
        return self._run(arguments)

    def call_named(self, values: Sequence[Value], names: Sequence[str]) -> Value:
        """The result for values by name; a parameter without a value is null (10.3.2.13.5).

        Raises: FeelError for a name that is no parameter or is given twice, and as `call` does.
        """
        given = dict(zip(names, values, strict=True))
        if len(given) < len(names):
            raise FeelError(f"{self.name}: a parameter is given twice")
        unknown = given.keys() - {parameter.name for parameter in self.parameters}
        if unknown:
            raise FeelError(f'{self.signature} has no parameter "{min(unknown)}"')
        arguments: list[Value] = []
        for parameter in self.parameters:
            value = given.get(parameter.name)
            if parameter.optional and value is None:
                arguments.append(None)
            elif parameter.variadic:
                items = value if isinstance(value, list) else [value]
                arguments.append([self._fit(parameter, item) for item in items])
            else:
                arguments.append(self._fit(parameter, value))
        return self._run(arguments)

    def _run(self, arguments: list[Value]) -> Value:
        try:
            return self.function(*arguments)
        except FeelError as error:
            raise FeelError(f"{self.name}: {error.message}") from None

    def _fit(self, parameter: Parameter, value: Value) -> Value:
        if value is None:
            if parameter.nullable or (parameter.optional and not parameter.variadic):
                return None
            raise FeelError(f"{self.name}: {parameter.name} is null")
        if parameter.type == FUNCTION:
            if not isinstance(value, Function):
                raise FeelError(f"{self.name}: {parameter.name} is not a function")
            return value
        try:
            fitted = coerce(value, parameter.type)
        except FeelError as error:
            raise FeelError(f"{self.name}: {parameter.name}: {error.message}") from None
        return fitted if fitted is not None else self._fit(parameter, None)


def choose(overloads: Sequence[Builtin], values: Sequence[Value], names: Sequence[str] = ()) -> Value:
    """The result of the first signature that the values fit, by position or by name (10.3.2.13.1).

    Raises: FeelError where none fits (the reason of the one that came nearest), or there is no result.
    """
    fitting = [item for item in overloads if _fits(item, len(values), names)]
    if not fitting:
        return _call(overloads[0], values, names)
    for item in fitting:
        if len(fitting) == 1 or _conforms(item, values, names):
            return _call(item, values, names)
    if None in values:
        return _call(fitting[-1], values, names)
    kinds = ", ".join(name_kind(value) for value in values)
    domains = " or ".join(", ".join(describe_type(each.type) for each in item.parameters) for item in fitting)
    raise FeelError(f"{fitting[0].name} does not take {kinds}: it takes {domains}")


def as_function(overloads: Sequence[Builtin]) -> Function:
    """The function value that a built-in's name denotes; it has the parameters of the first signature."""
    first = overloads[0]
    return Function(
        first.name,
        tuple(parameter.name for parameter in first.parameters),
        lambda *values: choose(overloads, values),
        tuple(parameter.type for parameter in first.parameters),
        first.result,
        variadic=True,
        required=0,
    )


def _fits(item: Builtin, count: int, names: Sequence[str]) -> bool:
    return {parameter.name for parameter in item.parameters} >= set(names) if names else item.accepts(count)


def _call(item: Builtin, values: Sequence[Value], names: Sequence[str]) -> Value:
    return item.call_named(values, names) if names else item.call(values)


def _conforms(item: Builtin, values: Sequence[Value], names: Sequence[str]) -> bool:
    """Whether every value fits the type of its parameter, so that this signature is the one that is meant."""
    by_name = {parameter.name: parameter for parameter in item.parameters}
    for index, value in enumerate(values):
        parameter = by_name[names[index]] if names else item.parameters[min(index, len(item.parameters) - 1)]
        if names and parameter.variadic and isinstance(value, list):
            continue
        try:
            item._fit(parameter, value)
        except FeelError:
            return False
    return True
