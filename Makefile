# Family Card. `make help` lists what you can do; every target sets itself up.

# Python 3.11 or newer: `make test PYTHON=/path/to/python3` chooses another one.
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(if $(call is_new,$(name)),$(name))) python3)
is_new = $(shell $(1) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo yes)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SPARK_READY := $(VENV)/.ready-spark
PEERS := .venv-peers
PEERS_READY := $(PEERS)/.ready
PEOPLE ?= 100000
ARGUMENTS ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-spark demo test lint types format bench bench-national bench-peers bench-points bench-linkage truth calibration pages words lock clean

help: ## list these commands
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## make the virtual environment from the hash-pinned lock file

setup-spark: $(SPARK_READY) ## add PySpark, for `familycard build --engine spark` and its tests (needs Java 17 or newer)

demo: $(READY) ## a made-up country from registers to family cards (PEOPLE=100000)
	$(BIN)/familycard demo --people $(PEOPLE) $(ARGUMENTS)

test: $(READY) ## run all tests
	$(BIN)/python -m pytest -q -n auto --dist loadfile $(ARGUMENTS)

lint: $(READY) ## check style, format and the import order of the floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(READY) ## check types strictly
	$(BIN)/mypy

format: $(READY) ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## measure every stage for a million made-up people (writes docs/performance.md)
	$(BIN)/python bench/stages.py --people 1000000 --write docs/performance.md $(ARGUMENTS)

bench-national: $(READY) ## measure a nation of 20 million, from nothing to answers (an hour and 25 GB; FOLDER=…)
	$(BIN)/python bench/national.py --write docs/performance.md --counts docs/nation.md $(if $(FOLDER),--folder $(FOLDER)) $(ARGUMENTS)

# A run of another size says nothing of what the page tells.
bench-peers: PEOPLE = 1000000
bench-peers: $(READY) $(PEERS_READY) ## the same indicators and rules in Polars and pandas (PEOPLE=1000000 or FOLDER=…)
	PYTHONPATH=bench $(BIN)/python bench/peers/run.py --peers $(PEERS)/bin/python --people $(PEOPLE) \
	  $(if $(filter 1000000,$(PEOPLE)),--write docs/performance.md) $(if $(FOLDER),--folder $(FOLDER)) $(ARGUMENTS)

bench-points: $(READY) $(PEERS_READY) ## whole points beside the unrounded model and LightGBM on Spain's households (SURVEY=a snapshot of packs/es)
	PYTHONPATH=bench $(BIN)/python bench/points.py --survey $(SURVEY) --peers $(PEERS)/bin/python --write docs/fitting.md $(ARGUMENTS)

bench-linkage: $(READY) ## how right linkage is (DATA=folder with febrl/ and pseudopeople/; writes docs/linkage.md)
	$(BIN)/python bench/linkage.py $(if $(DATA),--data $(DATA) --write docs/linkage.md) $(ARGUMENTS)

truth: $(READY) ## score a build against the truth of its made-up country (writes docs/made-up-country.md)
	$(BIN)/python bench/truth.py --people 100000 --write docs/made-up-country.md $(ARGUMENTS)

pages: $(READY) ## write the tables about packs/kz from the pack (docs/scorecard-kz.md, docs/sources-kz.md, its README)
	$(BIN)/python bench/pack_pages.py

words: $(READY) ## collect the office's words for translation, and compile them
	$(BIN)/python -m familycard.office.languages.words

calibration: $(READY) ## compare a made-up country with the official figures (writes docs/made-up-country.md)
	$(BIN)/python bench/calibration.py --people 400000 --write docs/made-up-country.md $(ARGUMENTS)

# What the extra `spark` of pyproject.toml names.
SPARK = $(shell $(PYTHON) -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['spark'])")
LOCK := uv pip compile --generate-hashes --universal --python-version 3.11 \
  --no-emit-index-url --no-emit-find-links --upgrade --custom-compile-command "make lock"
lock: ## renew requirements.lock and the peers' own (needs uv)
	$(LOCK) pyproject.toml --extra dev --extra fit --extra office -o requirements.lock
	echo "$(SPARK)" | $(LOCK) - -o requirements-spark.lock
	$(LOCK) bench/peers/requirements.in -o bench/peers/requirements.txt

clean: ## remove the virtual environments and caches
	rm -rf $(VENV) $(PEERS) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# The stamp is newer than the lock file only if everything in it is installed.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Family Card needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 || echo missing)." >&2; \
	  echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

# Beside the rest, because it is large and few need it.
$(SPARK_READY): $(READY) requirements-spark.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --require-hashes --requirement requirements-spark.lock
	@touch $(SPARK_READY)

# Apart from ours, so that nothing of the product can come to rest on them.
$(PEERS_READY): bench/peers/requirements.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement bench/peers/requirements.txt
	@touch $(PEERS_READY)
