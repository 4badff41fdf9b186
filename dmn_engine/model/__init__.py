"""What a DMN model is, as written and as understood: definitions, decision tables, types, results."""
