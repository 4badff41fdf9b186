"""Which packages a wheel holds: those of the two source trees, and the JSON Schemas as the data of dmn_engine.schemas.

All else is in pyproject.toml, which can find packages or name them, but not do both.
"""

from setuptools import find_packages, setup

setup(
    packages=[
        *find_packages(".", include=["dmn_engine", "dmn_engine.*"]),
        *find_packages("cli", include=["dmn_cli", "dmn_cli.*"]),
        "dmn_engine.schemas",
    ]
)
