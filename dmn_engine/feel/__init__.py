"""The FEEL language (DMN 1.5 chapter 10): syntax, types, values, compilation. Knows no tables, sheets or files."""
