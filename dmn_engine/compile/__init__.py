"""Compilation of models to executable code: tables to masks, expressions to closures, graphs of requirements."""
