"""Models as executable code: tables as masks, expressions as closures, one graph."""
