"""The conformance kit of DMN (the TCK): its cases read, run and compared strictly. Knows no model by name.

for run in map(run_folder, list_folders(Path("tck"))):
    run.passed, len(run.verdicts), run.failures
"""

from dmn_engine.conformance.cases import Case, Expected, TestFile, read_test_file
from dmn_engine.conformance.comparison import is_same
from dmn_engine.conformance.kit import FolderRun, TestFolder, Verdict, list_folders, run_folder

__all__ = [
    "Case",
    "Expected",
    "FolderRun",
    "TestFile",
    "TestFolder",
    "Verdict",
    "is_same",
    "list_folders",
    "read_test_file",
    "run_folder",
]
