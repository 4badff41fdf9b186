"""Syntax into closures: expressions to programs, unary tests to tests of a value."""

from dmn_engine.feel.compiler.program import Program, TestProgram, compile_expression, compile_tests

__all__ = ["Program", "TestProgram", "compile_expression", "compile_tests"]
