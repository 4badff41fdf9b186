"""Records from JSON, CSV and tabular files."""
