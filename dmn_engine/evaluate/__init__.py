"""Evaluation of records with the compiled model: known and unknown values, results, explanations."""
