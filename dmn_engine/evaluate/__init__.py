"""Records through the compiled model: known and unknown values, results, explanations."""
