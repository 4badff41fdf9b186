"""The static types of expressions and tests (DMN 1.5, 10.3.2.9)."""

from dmn_engine.feel.checker.type_errors import check_expression, check_tests

__all__ = ["check_expression", "check_tests"]
