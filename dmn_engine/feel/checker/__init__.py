"""The static types of expressions and tests (DMN 1.5, 10.3.2.9)."""

from dmn_engine.feel.checker.inference import check_expression, check_tests

__all__ = ["check_expression", "check_tests"]
