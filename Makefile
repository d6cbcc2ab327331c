# Everything here needs Python 3.11 or newer and nothing else: each target makes what it runs in.
PYTHON ?= python3
BIN := .venv/bin
SECONDS ?= 60
SERVERS := llamacpp fault-llm http-faults hf-tasks
SHARED ?= $(abspath ../shared)
export HFPIPE_SERVERS_DIR ?= $(CURDIR)/.servers

.PHONY: help demo test check recordings servers fuzz bench bench-smoke docs format clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

$(BIN)/python:
	$(PYTHON) -m venv .venv

# One stamp for each extra: pip runs again only when the dependencies change.
.venv/.installed-%: pyproject.toml $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$*]'
	@touch $@

demo: .venv/.installed-cli  ## a walk through the library: no token, no network
	$(BIN)/hfpipe demo

test: .venv/.installed-test  ## unit, property, sandbox and documentation tests
	$(BIN)/python -m pytest -n 2 -m 'not servers and not recordings and not slow' $(if $(COVERAGE),--cov --cov-report=term:skip-covered)

check: .venv/.installed-dev .venv/.installed-docs  ## style, types, duplicates, the documentation's build
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/pylint hfpipe
	$(BIN)/mkdocs build --quiet --strict

recordings: .venv/.installed-test  ## replay what real services once answered
	$(BIN)/python -m pytest -m recordings

servers: .venv/.installed-test  ## against real servers on this machine
	@for name in $(SERVERS); do \
		if [ ! -d "$(SHARED)/servers/$$name" ]; then echo "$$name: its folder is not here"; \
		elif bash "$(SHARED)/servers/$$name/setup.sh" >.cache-$$name.log 2>&1; then echo "$$name: ready"; \
		else echo "$$name: could not be set up"; tail -n 3 .cache-$$name.log; fi; \
	done
	$(BIN)/python -m pytest -m servers -rs

fuzz: .venv/.installed-fuzz  ## bytes of every kind into the parsers, for SECONDS seconds
	$(BIN)/python fuzz/run.py --seconds $(SECONDS)

bench: .venv/.installed-bench  ## the whole benchmark, side by side with other clients
	$(BIN)/python benchmarks/run.py

bench-smoke: .venv/.installed-bench  ## that the benchmark still runs
	$(BIN)/python benchmarks/run.py --smoke

docs: .venv/.installed-docs  ## the documentation, at http://127.0.0.1:8000
	$(BIN)/mkdocs serve

format: .venv/.installed-dev  ## put the code in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## remove what the targets above made
	rm -rf .venv .cache .cache-*.log .servers site build dist *.egg-info
