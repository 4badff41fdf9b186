"""The Java functions that models of the kit call (DMN 1.5, 10.3.2.13.3), each with a Python implementation.

The plug-in `java` of external functions: a fixed table of pure methods of the Java library. A class and signature are
looked up in `EXTERNALS`; no code is imported or called by name. Arguments are checked against the Java types of the
signature: a number must fit the type (it is never truncated), a `char` is a string of one character. An argument that
does not fit and a method without a result are a FeelError.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from dmn_engine.feel.numbers import normalise
from dmn_engine.feel.values import FeelError, Value, describe_kind, format_value

_WHOLE = {"byte": 8, "short": 16, "int": 32, "long": 64}
_BOXES = {
    "java.lang.Byte": "byte",
    "java.lang.Short": "short",
    "java.lang.Integer": "int",
    "java.lang.Long": "long",
    "java.lang.Float": "float",
    "java.lang.Double": "double",
    "java.lang.Boolean": "boolean",
    "java.lang.Character": "char",
    "java.lang.String": "String",
    "java.lang.Object": "Object",
    "java.math.BigDecimal": "BigDecimal",
    "[Ljava.lang.Object;": "Object...",
    "java.lang.Object...": "Object...",
    "java.lang.Object[]": "Object...",
}

Native = int | float | str | bool | Decimal | None
Method = Callable[..., object]


@dataclass(frozen=True, slots=True)
class External:
    """A Java method: its parameter types, its result type and its implementation."""

    parameters: tuple[str, ...]
    result: str
    method: Method

    def __call__(self, *values: Value) -> Value:
        """The result for the values. Raises: FeelError if they do not fit the parameters, or there is no result."""
        fixed = [name for name in self.parameters if name != "Object..."]
        if len(values) < len(fixed) or (len(values) > len(fixed) and len(fixed) == len(self.parameters)):
            takes = f"{len(fixed)} value{'' if len(fixed) == 1 else 's'}"
            raise FeelError(f"the external function takes {takes}, not {len(values)}")
        given = [_to_java(value, type_) for value, type_ in zip(values, fixed, strict=False)]
        try:
            return _from_java(self.method(*given, *values[len(fixed) :]), self.result)
        except (ValueError, ArithmeticError) as error:
            raise FeelError(f"the external function has no result: {error}") from error


def find_method(class_name: str, signature: str) -> External | None:
    """The method with this class and signature (`max(double, double)`), None where the table has none.

    Raises: FeelError for a text that is not a method signature.
    """
    found = re.fullmatch(r"\s*(\w+)\s*\((.*)\)\s*", signature)
    if found is None:
        raise FeelError(f"'{signature}' is not a method signature")
    types = [part.strip() for part in found.group(2).split(",")] if found.group(2).strip() else []
    return EXTERNALS.get((class_name, found.group(1), tuple(_BOXES.get(name, name) for name in types)))


def _to_java(value: Value, type_: str) -> Native:
    if type_ == "Object":
        return value  # type: ignore[return-value]  # every FEEL value is a Java object
    if type_ in ("String", "char") and isinstance(value, str) and (type_ == "String" or len(value) == 1):
        return value
    if type_ == "boolean" and isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        if type_ == "double":
            return float(value)
        if type_ == "float":
            return _single(float(value))
        if type_ == "BigDecimal":
            return value
        if type_ in _WHOLE and value == value.to_integral_value() and _is_in_range(int(value), type_):
            return int(value)
    raise FeelError(f"{format_value(value)} ({describe_kind(value)}) is not a Java {type_}")


def _from_java(value: object, type_: str) -> Value:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise FeelError("the external function has no finite result")
        return normalise(Decimal(_shortest_single(value) if type_ == "float" else repr(value)))
    if isinstance(value, int) and not isinstance(value, bool):
        if type_ in _WHOLE and not _is_in_range(value, type_):
            raise FeelError(f"{value} is out of the range of a Java {type_}")
        return normalise(Decimal(value))
    return value


def _is_in_range(value: int, type_: str) -> bool:
    bound = 1 << (_WHOLE[type_] - 1)
    return -bound <= value < bound


def _single(value: float) -> float:
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError as error:
        raise FeelError(f"{value} is out of the range of a Java float") from error


def _shortest_single(value: float) -> str:
    """The shortest decimal that denotes this 32-bit float, as Java writes it."""
    return next(text for digits in range(1, 18) if _single(float(text := f"{value:.{digits}g}")) == value)


def _round_half_up(value: float) -> int:
    return math.floor(value + 0.5) if abs(value) < 2**52 else int(value)


def _signum(value: float) -> float:
    return math.copysign(1.0, value) if value else value


def _root(value: float) -> float:
    return (
        math.copysign(abs(value) ** (1 / 3), value)
        if round(abs(value) ** (1 / 3)) ** 3 != abs(value)
        else (math.copysign(float(round(abs(value) ** (1 / 3))), value))
    )


def _divide_floor(left: int, right: int) -> int:
    return left // right


def _modulo_floor(left: int, right: int) -> int:
    return left % right


def _parse_whole(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,40}", text):
        raise ValueError(f"'{text}' is not a whole number")
    return int(text)


def _parse_real(text: str) -> float:
    if not re.fullmatch(r"\s*[+-]?([0-9]{1,400}\.?[0-9]{0,400}|\.[0-9]{1,400})([eE][+-]?[0-9]{1,4})?\s*", text):
        raise ValueError(f"'{text}' is not a number")
    return float(text)


def _show(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return repr(value)
    return str(value) if isinstance(value, int) else format_value(value)


_FORMATTING = Context(prec=13_000, rounding=ROUND_HALF_UP)
_DIRECTIVE = re.compile(r"%(?:([-0+, ]*)([0-9]{0,3})(?:\.([0-9]{1,2}))?([sdfSxXc%n])|(.?))")


def _format(pattern: str, *values: Value) -> str:
    """`String.format` for %s %d %f %x %c %n %% with flags, width and precision."""
    pending = iter(values)

    def expand(found: re.Match[str]) -> str:
        flags, width, precision, kind = found.group(1), found.group(2), found.group(3), found.group(4)
        if kind is None:
            raise ValueError(f"the format '{pattern}' has a directive that is not supported")
        if kind in "n%":
            return "\n" if kind == "n" else "%"
        value = next(pending, pending)
        if value is pending:
            raise ValueError(f"the format '{pattern}' needs more values")
        return _format_one(value, flags, width, precision, kind)

    return _DIRECTIVE.sub(expand, pattern)


def _format_one(value: object, flags: str, width: str, precision: str | None, kind: str) -> str:
    if kind in "sSc":
        text = _show(value)
        text = text[: int(precision)] if precision else text
        text = text.upper() if kind == "S" else text
    elif not isinstance(value, Decimal):
        raise ValueError(f"%{kind} needs a number, not {format_value(value)}")
    elif kind == "f":
        places = int(precision or 6)
        rounded = value.quantize(Decimal(1).scaleb(-places), context=_FORMATTING)
        text = f"{rounded:{'+' if '+' in flags else ''}{',' if ',' in flags else ''}.{places}f}"
    elif value != value.to_integral_value():
        raise ValueError(f"%{kind} needs a whole number, not {format_value(value)}")
    else:
        text = f"{int(value):{'+' if '+' in flags else ''}{',' if ',' in flags else ''}{kind}}"
    if "-" in flags:
        return text.ljust(int(width or 0))
    return text.zfill(int(width or 0)) if "0" in flags and kind not in "sSc" else text.rjust(int(width or 0))


Key = tuple[str, str, tuple[str, ...]]


def _list_math() -> Mapping[Key, External]:
    """Methods of java.lang.Math."""
    reals: dict[str, Method] = {
        **{name: getattr(math, name) for name in ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")},
        **{name: getattr(math, name) for name in ("sqrt", "exp", "log", "log10", "expm1", "log1p")},
        "cbrt": _root,
        "ceil": lambda value: float(math.ceil(value)),
        "floor": lambda value: float(math.floor(value)),
        "rint": lambda value: float(round(value)),
        "signum": _signum,
        "toDegrees": math.degrees,
        "toRadians": math.radians,
    }
    pairs: dict[str, Method] = {"pow": math.pow, "atan2": math.atan2, "hypot": math.hypot}
    found: dict[Key, External] = {}
    _add(found, "java.lang.Math", reals, ("double",), "double")
    _add(found, "java.lang.Math", pairs, ("double", "double"), "double")
    for type_ in ("int", "long", "float", "double"):
        _add(found, "java.lang.Math", {"max": max, "min": min}, (type_, type_), type_)
        _add(found, "java.lang.Math", {"abs": abs}, (type_,), type_)
    _add(found, "java.lang.Math", {"round": _round_half_up}, ("double",), "long")
    _add(found, "java.lang.Math", {"round": _round_half_up}, ("float",), "int")
    exact: dict[str, Method] = {
        "floorDiv": _divide_floor,
        "floorMod": _modulo_floor,
        "addExact": lambda a, b: a + b,
        "subtractExact": lambda a, b: a - b,
        "multiplyExact": lambda a, b: a * b,
    }
    for type_ in ("int", "long"):
        _add(found, "java.lang.Math", exact, (type_, type_), type_)
    return found


def _list_values() -> Mapping[Key, External]:
    """Methods of java.lang.Byte, Short, Integer, Long, Float, Double and Boolean."""
    found: dict[Key, External] = {}
    parse = {"Byte": "parseByte", "Short": "parseShort", "Integer": "parseInt", "Long": "parseLong"}
    for box, type_ in zip(parse, _WHOLE, strict=True):
        _add(found, f"java.lang.{box}", {"valueOf": int}, (type_,), type_)
        _add(found, f"java.lang.{box}", {"valueOf": _parse_whole, parse[box]: _parse_whole}, ("String",), type_)
    for box, type_ in (("Float", "float"), ("Double", "double")):
        real = (lambda text: _single(_parse_real(text))) if type_ == "float" else _parse_real
        _add(found, f"java.lang.{box}", {"valueOf": float}, (type_,), type_)
        _add(found, f"java.lang.{box}", {"valueOf": real, f"parse{box}": real}, ("String",), type_)
    for box, type_ in (("Integer", "int"), ("Long", "long"), ("Float", "float"), ("Double", "double")):
        _add(found, f"java.lang.{box}", {"max": max, "min": min, "sum": lambda a, b: a + b}, (type_, type_), type_)
        _add(found, f"java.lang.{box}", {"toString": _show}, (type_,), "String")
    truth: dict[str, Method] = {"valueOf": lambda t: t.lower() == "true", "parseBoolean": lambda t: t.lower() == "true"}
    _add(found, "java.lang.Boolean", truth, ("String",), "boolean")
    return found


def _list_texts() -> Mapping[Key, External]:
    """Methods of java.lang.String."""
    found: dict[Key, External] = {}
    for type_ in ("boolean", "char", "int", "long", "float", "double", "Object"):
        _add(found, "java.lang.String", {"valueOf": _show}, (type_,), "String")
    _add(found, "java.lang.String", {"format": _format}, ("String", "Object..."), "String")
    return found


def _add(
    found: dict[Key, External], class_name: str, methods: Mapping[str, Method], types: Sequence[str], result: str
) -> None:
    for name, method in methods.items():
        found[class_name, name, tuple(types)] = External(tuple(types), result, method)


EXTERNALS: Mapping[Key, External] = {**_list_math(), **_list_values(), **_list_texts()}
"""Every external function by class, method and parameter types (boxed types under their primitive names)."""
