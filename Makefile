# `make demo` and `make test` do all the set-up by themselves; everything lives in .venv/.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BENCHED := $(VENV)/.benched

.PHONY: help demo test lint bench bench-large constraints golden parity clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: $(STAMP) ## run the whole job on the sample archive
	$(BIN)/msgaudit demo --out demo

lint: $(STAMP) ## style, types, SQL style and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar sql
	$(BIN)/lint-imports

test: lint ## everything CI runs
	$(BIN)/pytest -n auto --dist loadscope

$(BENCHED): $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,bench,spark]'
	touch $@

bench: $(BENCHED) ## speed and memory as ratios, against peers and targets; about ten minutes
	$(BIN)/python tests/benchmarks/run.py

bench-large: $(BENCHED) ## the same with 4 million messages, and a million on Spark, a month on two years; about two hours
	$(BIN)/python tests/benchmarks/run.py --sizes 250000,1000000,4000000 --spark 20000,1000000 --month 100000

parity: $(STAMP) ## write PARITY.md anew: rules, words and examples by policy and language
	$(BIN)/msgaudit rules parity > PARITY.md

constraints: ## resolve the pins anew (needs uv)
	uv pip compile --quiet --no-emit-index-url --no-annotate --no-header --all-extras --universal --python-version 3.11 pyproject.toml --output-file constraints.txt

clean: ## remove what the targets above made
	rm -rf $(VENV) demo out dist
