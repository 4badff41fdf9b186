"""Conversion of function values to function types (DMN 1.5, 10.3.2.9.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dmn_engine.feel.builtins import BUILTINS
from dmn_engine.feel.conversion import coerce
from dmn_engine.feel.types import ANY, FunctionType, Type, conforms
from dmn_engine.feel.values import FeelError, Function, format_value
from dmn_engine.model.data_dictionary import Value


def fit_function(function: Function, wanted: FunctionType) -> Function:
    """The function converted to the type: it takes the type's parameters, and its results are converted.

    What a function gives is not known before it is called, unless it says so; so a result that does not fit is
    found at the call. Raises FeelError where the function takes other parameters or says to give another type.
    """
    if function.result != ANY and conforms(function.type, wanted):
        return function
    signatures = list(_list_signatures(function, len(wanted.parameters)))
    if not any(_takes(parameters, result, wanted) for parameters, result in signatures):
        raise FeelError(f"{format_value(function)} is not a {wanted}")

    def call(*values: Value) -> Value:
        return coerce(function(*values), wanted.result)

    count = len(wanted.parameters)
    names = function.parameters if function.arity == count else tuple(f"value {i}" for i in range(1, count + 1))
    return Function(function.name, names, call, wanted.parameters, wanted.result)


def _list_signatures(function: Function, count: int) -> Iterator[tuple[Sequence[Type], Type]]:
    """The parameter types and results of the function for that many values: several for a built-in function."""
    overloads = BUILTINS.get(function.name, ()) if function.variadic else ()
    for builtin in overloads:
        if builtin.accepts(count):
            types = [parameter.type for parameter in builtin.parameters]
            repeated = types[-1:] if builtin.parameters and builtin.parameters[-1].variadic else []
            yield [*types, *repeated * (count - len(types))][:count], builtin.result
    if not overloads and function.arity == count:
        yield function.parameter_types or (ANY,) * count, function.result


def _takes(parameters: Sequence[Type], result: Type, wanted: FunctionType) -> bool:
    takes = all(
        ANY in (have, want) or conforms(want, have) for have, want in zip(parameters, wanted.parameters, strict=True)
    )
    return takes and (ANY in (result, wanted.result) or conforms(result, wanted.result))
