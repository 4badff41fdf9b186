"""Parse FEEL texts, expressions and unary tests, into syntax trees (DMN 1.5, 10.3.1)."""

from dmn_engine.feel.parser.parsing import is_expression, parse_expression, parse_unary_tests

__all__ = ["is_expression", "parse_expression", "parse_unary_tests"]
