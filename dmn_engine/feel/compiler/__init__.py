"""Compile syntax trees to closures: expressions and unary tests."""

from dmn_engine.feel.compiler.program import Program, TestProgram, compile_expression, compile_tests

__all__ = ["Program", "TestProgram", "compile_expression", "compile_tests"]
