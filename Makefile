# Everything that can be done with this project. `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/.ready  ## make the environment from the hash-pinned lock

$(VENV)/.ready: requirements.lock pyproject.toml tools/make_environment.sh
	@PYTHON="$(PYTHON)" sh tools/make_environment.sh "$(VENV)"

run: setup  ## start the whole service, push every story, show what became of it, keep serving
	@$(BIN)/oncofertility demo

test: setup  ## run every test
	@$(BIN)/python -m pytest -n 2 $(TESTS)

faults: setup  ## break a running service in every way under load, some minutes; nothing may be lost
	@$(BIN)/python -m tests.faults $(FAULTS)

faults-short: setup  ## the same in a minute; `make test` does it too
	@$(BIN)/python -m tests.faults --short

check: setup  ## format, lint, types, import contracts, file caps, lock file in step
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tools/check_lock.py
	@$(BIN)/python -m pytest -q tests/house_rules

format: setup  ## put the code into its format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: setup  ## write requirements.lock anew from pyproject.toml (needs uv)
	@$(BIN)/python tools/check_lock.py --write

bench-decide: setup  ## patients a second on one core, beside parsing their JSON alone
	@$(BIN)/python -m benchmarks.decide.measure

bench: bench-decide  ## every benchmark: deciding offline, and the whole way from HTTP to the mail
	@$(BIN)/python -m benchmarks.pipeline.measure

clean:  ## remove the environment and caches; ./var (the data) stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

.PHONY: help setup run test faults faults-short check format lock bench bench-decide clean
