"""DataFrames in and out: each row a record, each column of the answer a decision. Imports pandas late."""

from dmn_engine.evaluate.frames.evaluation import evaluate_frame

__all__ = ["evaluate_frame"]
