# Everything runs in .venv, made on first use; PYTHON names the interpreter it is made with.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
unexport PYTHONDONTWRITEBYTECODE  # what one step compiles, the next ones use

.PHONY: demo test test-long test-nightly check docs site bench lock bom

demo: $(READY)
	$(BIN)/kg demo

test: $(READY)
	$(BIN)/python -m pytest --doctest-modules --numprocesses 2 --dist worksteal

test-long: $(READY)
	$(BIN)/python -m pytest -m long --numprocesses 2 --dist worksteal --durations=60

test-nightly: $(READY)
	$(BIN)/python -m pytest -m nightly --numprocesses 2 --dist worksteal

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/numpydoc lint $$(find kg -name '*.py')
	$(BIN)/python scripts/cli_docs.py --check
	$(BIN)/python scripts/metrics_docs.py --check

docs: $(READY)
	$(BIN)/python scripts/cli_docs.py
	$(BIN)/python scripts/metrics_docs.py

site: $(READY)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

bench: $(READY)
	$(BIN)/python benchmarks/table.py

# The digest of every file that PyPI has of the versions in constraints.txt, asked by uv.
lock:
	$(PYTHON) -m venv .lock
	.lock/bin/python -m pip install --quiet uv
	.lock/bin/uv pip compile --quiet --no-deps --generate-hashes --no-header --no-annotate --default-index https://pypi.org/simple constraints.txt --output-file requirements.lock
	rm -r .lock

bom: $(READY)
	$(BIN)/python scripts/licences.py --bom > bom.json

$(READY): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@
