"""The data structures of DMN models, as written and as understood: definitions, decision tables, types, results."""
