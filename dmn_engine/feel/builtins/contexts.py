"""Built-in functions on contexts (DMN 1.5, 10.3.4.10, table 81)."""

from __future__ import annotations

from dmn_engine.feel.budget import spend_on_items
from dmn_engine.feel.builtins.builtin import Builtin, builtin
from dmn_engine.feel.errors import FeelError
from dmn_engine.feel.operators import show
from dmn_engine.feel.values import Value


def get_entries(context: dict[str, Value]) -> list[Value]:
    """The entries of a context, each a context of key and value."""
    spend_on_items(len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


def make_context(entries: list[Value]) -> dict[str, Value]:
    """The context of a list of entries.

    Raises: FeelError if an entry has no key or value, or a key is repeated.
    """
    spend_on_items(len(entries))
    made: dict[str, Value] = {}
    for entry in entries:
        if not isinstance(entry, dict) or "key" not in entry or "value" not in entry:
            raise FeelError(f'{show(entry)} is not a context with the entries "key" and "value"')
        key = entry["key"]
        if not isinstance(key, str):
            raise FeelError(f"the key {show(key)} is not text")
        if key in made:
            raise FeelError(f"the key {show(key)} is repeated")
        made[key] = entry["value"]
    return made


def put(context: dict[str, Value], key: str, value: Value) -> dict[str, Value]:
    """The context with one entry added or changed."""
    spend_on_items(len(context))
    return {**context, key: value}


def put_deep(context: dict[str, Value], keys: list[Value], value: Value) -> dict[str, Value]:
    """The context with an entry of a nested context added or changed.

    Each key selects an entry in the entry of the key before it.
    """
    if not keys:
        raise FeelError("there are no keys")
    head, rest = keys[0], keys[1:]
    if not isinstance(head, str):
        raise FeelError(f"the key {show(head)} is not text")
    if not rest:
        return put(context, head, value)
    inner = context.get(head)
    if not isinstance(inner, dict):
        raise FeelError(f"the entry {show(head)} is not a context")
    return put(context, head, put_deep(inner, rest, value))


def merge(contexts: list[Value]) -> dict[str, Value]:
    """The entries of all contexts; for a repeated key, the entry of the last context."""
    merged: dict[str, Value] = {}
    for context in contexts:
        if not isinstance(context, dict):
            raise FeelError(f"{show(context)} is not a context")
        spend_on_items(len(context))
        merged.update(context)
    return merged


BUILTINS: tuple[Builtin, ...] = (
    builtin("get value(m: context, key: string) -> Any", dict.get, "The entry of a key."),
    builtin("get entries(m: context) -> list<entry>", get_entries),
    builtin("context(entries: list) -> context", make_context),
    builtin("context put(context: context, key: string, value: Any?) -> context", put),
    builtin("context put(context: context, keys: list, value: Any?) -> context", put_deep),
    builtin("context merge(contexts: list) -> context", merge),
)
