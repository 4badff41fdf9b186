"""Static checks of calls: whether the types of the arguments fit the parameters."""

from __future__ import annotations

from collections.abc import Sequence

from dmn_engine.diagnostics import nearest, offer
from dmn_engine.feel.builtins import Builtin, Parameter
from dmn_engine.feel.checker.type_operations import describe, may_be
from dmn_engine.feel.types import ANY, NULL, FunctionType, ListType, Type


class CallError(Exception):
    """A call whose result is always null; `argument` is the index of the wrong one, None for the whole call."""

    def __init__(self, code: str, message: str, argument: int | None = None, help: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.argument = argument
        self.help = help


def type_of_function_call(function: Type, arguments: Sequence[Type], is_named: bool) -> Type:
    """The type of the result of a function value. Raises: CallError."""
    if function == ANY:
        return ANY
    if not isinstance(function, FunctionType):
        raise CallError("not-a-function", f"{describe(function)} cannot be called")
    if len(arguments) != len(function.parameters):
        takes = _count(len(function.parameters))
        raise CallError("wrong-arguments", f"this function takes {takes}, not {len(arguments)}")
    if not is_named:
        for index, (argument, parameter) in enumerate(zip(arguments, function.parameters, strict=True)):
            if not may_be(argument, parameter):
                message = f"{describe(parameter)} is needed here, and this is {describe(argument)}"
                raise CallError("type-mismatch", message, index)
    return function.result


def type_of_builtin_call(overloads: Sequence[Builtin], arguments: Sequence[Type], names: Sequence[str]) -> Type:
    """The type of the result of a built-in function, by the first signature that fits. Raises: CallError."""
    candidates = _by_names(overloads, names) if names else _by_count(overloads, len(arguments))
    first_error: CallError | None = None
    results: list[Type] = []
    for builtin in candidates:
        error = _mismatch(builtin, arguments, names)
        if error is None:
            results.append(builtin.result)
        first_error = first_error or error
    if results:
        return results[0] if all(result == results[0] for result in results) else ANY
    assert first_error is not None
    raise first_error


def _by_count(overloads: Sequence[Builtin], count: int) -> list[Builtin]:
    found = [builtin for builtin in overloads if builtin.accepts(count)]
    if not found:
        name = overloads[0].name
        raise CallError("wrong-arguments", f"`{name}` does not take {_count(count)}", None, _signatures(overloads))
    return found


def _by_names(overloads: Sequence[Builtin], names: Sequence[str]) -> list[Builtin]:
    known = {parameter.name for builtin in overloads for parameter in builtin.parameters}
    for index, name in enumerate(names):
        if name not in known:
            help = offer(nearest(name, known), _signatures(overloads))
            message = f"`{overloads[0].name}` has no parameter `{name}`"
            raise CallError("wrong-arguments", message, index, help)
    found = [builtin for builtin in overloads if _takes(builtin, names)]
    if not found:
        message = f"`{overloads[0].name}` does not take these parameters together, or needs more of them"
        raise CallError("wrong-arguments", message, None, _signatures(overloads))
    return found


def _takes(builtin: Builtin, names: Sequence[str]) -> bool:
    have = {parameter.name for parameter in builtin.parameters}
    needed = {item.name for item in builtin.parameters if not (item.optional or item.nullable)}
    return needed <= set(names) <= have


def _mismatch(builtin: Builtin, arguments: Sequence[Type], names: Sequence[str]) -> CallError | None:
    for index, argument in enumerate(arguments):
        parameter = _parameter(builtin, index, names)
        wanted = parameter.type
        if isinstance(wanted, FunctionType) and not wanted.parameters:
            fits = isinstance(argument, FunctionType) or argument in (ANY, NULL)
        elif names and parameter.variadic and isinstance(argument, ListType):
            fits = may_be(argument.item, wanted)
        else:
            fits = may_be(argument, wanted)
        if not fits:
            message = f"`{parameter.name}` of `{builtin.name}` is {describe(wanted)}, and this is {describe(argument)}"
            return CallError("type-mismatch", message, index)
        if argument == NULL and not (parameter.nullable or parameter.optional or wanted == ANY):
            message = f"`{builtin.name}` of null is always null"
            return CallError("always-null", message, index)
    return None


def _parameter(builtin: Builtin, index: int, names: Sequence[str]) -> Parameter:
    if names:
        return next(item for item in builtin.parameters if item.name == names[index])
    return builtin.parameters[min(index, len(builtin.parameters) - 1)]


def _count(count: int) -> str:
    return f"{count} argument" if count == 1 else f"{count} arguments"


def _signatures(overloads: Sequence[Builtin]) -> str:
    return "write " + " or ".join(f"`{builtin.signature}`" for builtin in overloads)
