# Skillway: everything a developer runs. Needs only Python >= 3.11.4 and a package registry.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help
.PHONY: help setup demo test check serve docs lock wheel

help: ## Show what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(VENV)/.ready ## Install everything, pinned and hash-checked, into .venv

$(VENV)/.ready: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 4) and "Skillway needs Python 3.11.4 or newer; set PYTHON=…")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## Do the main job on the sample organisation, on a real Neo4j
	@$(BIN)/skillway demo

test: setup ## Run the tests against a real Neo4j
	$(BIN)/pytest

check: setup ## Lint, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

serve: setup ## Serve the HTTP API on this machine
	@$(BIN)/skillway serve

docs: setup ## Rewrite what is generated: the schema page, README's demo, the notebooks' outputs
	$(BIN)/python -m graph_schema.describe
	SKILLWAY_REGENERATE=1 $(BIN)/pytest -q tests/e2e/test_readme.py
	$(BIN)/skillway demo >/dev/null && $(BIN)/python -m tests.notebooks

lock: setup ## Pin every dependency again, by name and hash
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --all-extras --group test --group lint --group build pyproject.toml -o requirements.lock

wheel: setup ## Build the wheel
	$(BIN)/uv build --quiet --wheel --no-build-isolation --out-dir dist
