# Two commands do all on a fresh clone: `make demo` and `make test`. Nothing but Python 3.11, pip and make is needed.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
READY = $(VENV)/.ready

.PHONY: demo test check lint bench mutate clean

demo: $(READY)
	$(BIN)/dmn evaluate examples/patients/hr_positive_first_line.json

test: $(READY)
	$(BIN)/python -m pytest -n auto

check: lint
	$(BIN)/dmn check
	$(BIN)/dmn test

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python benchmarks/run.py

mutate: $(READY)
	$(BIN)/python -m tests.mutation.run

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	$(BIN)/python -m compileall -q dmn_engine cli
	@touch $(READY)

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
