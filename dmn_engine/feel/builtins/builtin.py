"""The record of a built-in function, which serves the checker, the compiler and the manual."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

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
"""The type of a parameter that accepts any function."""

_TYPES: Mapping[str, Type] = {
    **types.BY_NAME,
    "list": LIST,
    "list<number>": types.ListType(types.NUMBER),
    "list<string>": types.ListType(types.STRING),
    "list<entry>": types.ListType(types.ContextType((("key", types.STRING), ("value", types.ANY)))),
    "range": RANGE,
    "context": CONTEXT,
    "function": FUNCTION,
}
_SIGNATURE = re.compile(r"(?P<name>[^(]+)\((?P<parameters>.*)\) -> (?P<result>.+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter by name and type.

    `optional` parameters may be omitted; they are the last ones. A `variadic` parameter is the last one and takes one
    or more values. A `nullable` parameter accepts null; for others, null has no result.
    """

    name: str
    type: Type
    optional: bool = False
    variadic: bool = False
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Builtin:
    """One signature of a built-in function; a name with several signatures has several records.

    `function` takes the values by position, converted to the parameter types, None for an omitted optional one; the
    values of a variadic parameter are one list. It raises FeelError if there is no result. `doc` is one line.
    `is_slow` says that the time depends on more than the size of the values, because the function calls other functions
    or searches for patterns. `variadic` says that the last parameter is; `required` is the least number of values.
    """

    name: str
    parameters: tuple[Parameter, ...]
    result: Type
    function: Callable[..., Value]
    doc: str
    is_slow: bool = False
    variadic: bool = field(init=False)
    required: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "variadic", any(parameter.variadic for parameter in self.parameters))
        object.__setattr__(self, "required", sum(not parameter.optional for parameter in self.parameters))

    @property
    def signature(self) -> str:
        """The signature as the manual shows it: `substring(string, start position, length?)`."""
        marks = (
            item.name + ("?" if item.optional else "") + ("..." if item.variadic else "") for item in self.parameters
        )
        return f"{self.name}({', '.join(marks)})"

    def accepts(self, count: int) -> bool:
        """Whether a call with that many positional values is possible."""
        return self.required <= count and (self.variadic or count <= len(self.parameters))

    def bind(self, values: Sequence[Value], names: Sequence[str] = ()) -> list[Value]:
        """The arguments of `function` for values by position, or by name if there are names.

        Raises: FeelError for a wrong number of values or a wrong name, and for a value that does not fit its type.
        """
        return self._bind_named(values, names) if names else self._bind_in_order(values)

    def call(self, values: Sequence[Value]) -> Value:
        """The result for values by position. Raises: FeelError, as `bind` and `run` do."""
        return self.run(self.bind(values))

    def run(self, arguments: Sequence[Value]) -> Value:
        """The result for bound arguments. Raises: FeelError, with the function's name in the message."""
        try:
            return self.function(*arguments)
        except FeelError as error:
            raise FeelError(f"{self.name}: {error.message}") from None

    def _bind_in_order(self, values: Sequence[Value]) -> list[Value]:
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
        return arguments

    def _bind_named(self, values: Sequence[Value], names: Sequence[str]) -> list[Value]:
        """Bind values by name; a parameter without a value is null (10.3.2.13.5)."""
        given = dict(zip(names, values, strict=True))
        if len(given) < len(names):
            raise FeelError(f"{self.name}: a parameter is given twice")
        unknown = given.keys() - {parameter.name for parameter in self.parameters}
        if unknown:
            raise FeelError(f'{self.signature} has no parameter "{min(unknown)}"')
        arguments: list[Value] = []
        for parameter in self.parameters:
            value = given.get(parameter.name)
            if parameter.variadic:
                items = value if isinstance(value, list) else [value]
                arguments.append([self._fit(parameter, item) for item in items])
            else:
                arguments.append(self._fit(parameter, value))
        return arguments

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


def builtin(signature: str, function: Callable[..., Value], doc: str = "", *, is_slow: bool = False) -> Builtin:
    """The record of a function with a signature such as `insert(list: list, item: Any?, at?: number) -> list`.

    `at?` is an optional parameter, `items...` a variadic one, `Any?` a nullable type. Without `doc`, the first line of
    the function's docstring describes it. A function that takes functions is slow.
    """
    found = _SIGNATURE.fullmatch(signature)
    assert found is not None, signature
    parameters = tuple(map(_read_parameter, found["parameters"].split(", "))) if found["parameters"] else ()
    doc = doc or (function.__doc__ or "").partition("\n")[0]
    is_slow = is_slow or any(item.type == FUNCTION for item in parameters)
    return Builtin(found["name"], parameters, _TYPES[found["result"]], function, doc, is_slow)


def _read_parameter(text: str) -> Parameter:
    name, type_ = text.split(": ")
    return Parameter(
        name.rstrip("?."), _TYPES[type_.rstrip("?")], name.endswith("?"), name.endswith("..."), type_.endswith("?")
    )


def choose(overloads: Sequence[Builtin], values: Sequence[Value], names: Sequence[str] = ()) -> Value:
    """The result of the first signature that the values fit, by position or by name (10.3.2.13.1).

    Raises: FeelError if none fits (with the reason of the closest one), or there is no result.
    """
    fitting = list_fitting(overloads, len(values), names) or overloads[:1]
    reason: FeelError | None = None
    for item in fitting:
        try:
            arguments = item.bind(values, names)
        except FeelError as error:
            reason = error
        else:
            return item.run(arguments)
    assert reason is not None
    if len(fitting) == 1 or None in values:
        raise reason
    kinds = ", ".join(map(name_kind, values))
    domains = " or ".join(", ".join(describe_type(each.type) for each in item.parameters) for item in fitting)
    raise FeelError(f"{fitting[0].name} does not take {kinds}: it takes {domains}")


def as_function(overloads: Sequence[Builtin]) -> Function:
    """The function value of a built-in, with the parameters of the first signature."""
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


def list_fitting(overloads: Sequence[Builtin], count: int, names: Sequence[str]) -> tuple[Builtin, ...]:
    """The signatures that take that many values by position, or parameters of these names."""
    if names:
        return tuple(item for item in overloads if set(names) <= {parameter.name for parameter in item.parameters})
    return tuple(item for item in overloads if item.accepts(count))
