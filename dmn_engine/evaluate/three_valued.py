"""Three-valued logic with errors, as leaves of decision diagrams combine."""

from __future__ import annotations

from dmn_engine.model.data_dictionary import Value
from dmn_engine.model.unknown import ErrorValue, Unknown, find_partial, merge_open


def conjoin(left: Value, right: Value) -> Value:
    """Three-valued conjunction; with an unknown, which may still be false, an error is not certain."""
    if left is False or right is False:
        return False
    return merge_open((left, right)) or (left is True and right is True)


def disjoin(left: Value, right: Value) -> Value:
    """Three-valued disjunction; with an unknown, which may still be true, an error is not certain."""
    if left is True or right is True:
        return True
    return merge_open((left, right)) or False


def negate(value: Value) -> Value:
    """Three-valued negation; an unknown or an error is unchanged."""
    return not value if isinstance(value, bool) else value


def keep_error(guard: Value) -> Value:
    """Keep a rule-selection error even when the delegated list is empty."""
    return guard if isinstance(guard, ErrorValue) else False


def is_partial(value: Value) -> Value:
    """Whether a value is an error; unknown if it is unknown."""
    partial = find_partial(value)
    return partial if isinstance(partial, Unknown) else partial is not None


def merge_errors(value: Value) -> Value:
    return ErrorValue(()) if isinstance(find_partial(value), ErrorValue) else value
