"""Values and ranges of numbers in plain words, as a clinician writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from dmn_engine.feel.values import Value, format_value
from dmn_engine.model.cell_text import join_words
from dmn_engine.model.data_dictionary import Domain

BOOLEANS: Mapping[str, bool] = {"yes": True, "no": False, "true": True, "false": False}
"""The words for yes and no, in lower case."""

NOTHING = "none"
"""The empty list."""


def show_value(value: Value, show_other: Callable[[Value], str] = format_value) -> str:
    """The value in words: bare text, yes and no, plain decimals, lists with commas, `none` for the empty list.

    `show_other` writes every other value, also inside lists; by default as its FEEL literal.
    """
    match value:
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case Decimal():
            return show_number(value)
        case list() | tuple():
            return ", ".join(show_value(item, show_other) for item in value) or NOTHING
    return show_other(value)


def show_number(value: Decimal) -> str:
    """A number without exponent, unless it has dozens of zeros."""
    if not value.is_finite() or not -20 <= value.adjusted() <= 34:
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def describe_domain(domain: Domain, unit: str = "") -> str:
    """The numbers of a domain: `a whole number from 0 to 4`."""
    if domain.values is not None:
        return f"one of {join_words(map(str, domain.values))}"
    words, bounds = "a whole number" if domain.integer else "a number", show_bounds(domain)
    if bounds:
        words += f" from {bounds}" if " to " in bounds else f", {bounds}"
    return f"{words} {unit}".rstrip()


def show_bounds(domain: Domain) -> str:
    """The range of a domain of numbers: `0 to 130`, `more than 0`, `at least 0 and less than 10`; empty without one."""
    low = "" if domain.low is None else show_number(domain.low)
    high = "" if domain.high is None else show_number(domain.high)
    if low and high and domain.low_closed and domain.high_closed:
        return f"{low} to {high}"
    above = f"{'at least' if domain.low_closed else 'more than'} {low}" if low else ""
    below = f"{'at most' if domain.high_closed else 'less than'} {high}" if high else ""
    return " and ".join(filter(None, (above, below)))
