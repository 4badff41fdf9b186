"""What missing fields leave open: regions of values, decision diagrams, and what stands for a value not known."""
