# Everything one does with Waystation from its source. `make` alone lists it.
# Each tool is fetched once into this folder; nothing but Python, git and make is assumed of the machine.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
SHELL := /bin/sh

PORT ?= 8000
UV ?= .tools/bin/uv
BIN := .venv/bin
WAYSTATION := $(BIN)/waystation

export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export DJANGO_SETTINGS_MODULE := waystation.front.settings

# What was made last, so that only what changed is made again.
PACKAGES := .venv/.made
NODE_PACKAGES := frontend/node_modules/.made
PAGES := waystation/front/static/front/build/.made
PAGE_SOURCES := $(shell find frontend -name node_modules -prune -o -type f -print 2>/dev/null)
WORDS := $(patsubst %.po,%.mo,$(wildcard waystation/front/locale/*/LC_MESSAGES/django.po))
NODE := PATH="$(CURDIR)/$(BIN):$$PATH"

.PHONY: help setup demo run work test check core fix bench catalogue messages frontend clean

help: ## List what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-18s%s\n", $$1, $$2 }'

setup: $(PACKAGES) $(PAGES) $(WORDS) ## Fetch the tools and packages, build the pages' scripts and the translations

demo: DATA ?= demo-data
demo: setup ## Show a real operation on this machine (PORT=8000 DATA=demo-data)
	$(WAYSTATION) demo --port $(PORT) --data $(DATA)

run: DATA ?= waystation-data
run: setup ## Serve your own data: web and worker together (PORT=8000 DATA=waystation-data)
	$(WAYSTATION) serve --port $(PORT) --data $(DATA)

work: DATA ?= waystation-data
work: setup ## Run one more worker beside it (DATA=waystation-data)
	$(WAYSTATION) work --data $(DATA)

test: setup ## Run the tests on SQLite, then on PostgreSQL (ARGS="-k water" to choose)
	$(BIN)/python -m scripts.test $(ARGS)

check core catalogue: export WAYSTATION_DATA := build/check
check: setup ## Look for faults without running: style, types, floor plan, migrations, words, scripts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m django check --fail-level WARNING
	$(BIN)/python -m django makemigrations --check --dry-run
	$(BIN)/python -m scripts.catalogue --check
	$(BIN)/python -m scripts.messages check
	cd frontend && $(NODE) npm run --silent check
	$(UV) lock --check --offline --quiet

core: $(PACKAGES) ## See that it installs and starts without its optional packages
	UV_PROJECT_ENVIRONMENT=build/core $(UV) sync --quiet --frozen --no-default-groups
	build/core/bin/python -m django check --fail-level WARNING

fix: $(PACKAGES) ## Mend what a tool can mend by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: setup ## Measure receiving, loading, figures and pages on both databases
	$(BIN)/python -m scripts.bench $(ARGS)

catalogue: $(PACKAGES) ## Write docs/catalogue.md anew from the code
	$(BIN)/python -m scripts.catalogue

messages: $(PACKAGES) ## Bring the words to translate up to date, and compile them
	$(BIN)/python -m scripts.messages extract
	$(BIN)/python -m scripts.messages compile

frontend: $(PAGES) ## Build the pages' scripts and styles

clean: ## Remove all that was made, except data folders
	rm -rf .venv .tools build dist frontend/node_modules waystation/front/static/front/build
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	rm -f waystation/front/locale/*/LC_MESSAGES/django.mo
	find waystation tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

.tools/bin/uv: scripts/tools.sh
	scripts/tools.sh .tools

$(PACKAGES): pyproject.toml uv.lock $(UV)
	$(UV) sync --frozen --all-extras
	@touch $@

$(NODE_PACKAGES): frontend/package.json frontend/package-lock.json | $(PACKAGES)
	cd frontend && $(NODE) npm ci --no-audit --no-fund --ignore-scripts
	@touch $@

$(PAGES): $(PAGE_SOURCES) $(NODE_PACKAGES)
	cd frontend && $(NODE) npm run --silent build
	@touch $@

$(WORDS): %.mo: %.po scripts/messages.py | $(PACKAGES)
	$(BIN)/python -m scripts.messages compile $<
