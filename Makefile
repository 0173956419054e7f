# The door: every target sets up what it needs by itself (Python 3.11+, make and a network).
#
#   make demo     make a synthetic cohort and run the whole path on it
#   make test     run the tests, on SQLite and, where it can be had, on PostgreSQL
#   make check    style, types, layers and documentation
#   make docs     build the documentation into site/
#   make bench    measure speed beside other packages
#   make clean    remove what the targets above made

.DEFAULT_GOAL := help
.PHONY: help demo test check docs bench clean

VENV := .venv
BIN := $(VENV)/bin
DIR ?= demo
ARGS ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export NO_MKDOCS_2_WARNING := 1

help:
	@sed -n 's/^#   make/make/p' Makefile

demo: $(VENV)/.ready
	$(BIN)/afterload demo $(DIR)
	@printf '\nHere the command is %s/afterload; `. %s/activate` makes it plain afterload.\n' $(BIN) $(BIN)

test: $(VENV)/.ready-test
	.ci/with-postgres.sh $(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.ready-check $(VENV)/.ready-docs $(VENV)/.ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --exclude '*.md' .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/mkdocs build --strict --quiet

docs: $(VENV)/.ready-docs
	$(BIN)/mkdocs build --strict
	@echo "Open site/index.html (its search needs a server: $(BIN)/mkdocs serve)"

bench: $(VENV)/.ready-bench
	@for script in benchmarks/*.py; do \
	  echo "== $$script"; $(BIN)/python "$$script" $(ARGS) || exit $$?; \
	done

clean:
	rm -rf $(VENV) site demo build dist

# The environment is made once, and again when pyproject.toml changes.
$(VENV)/.ready: pyproject.toml
	.ci/venv.sh $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.ready-%: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --group $*
	@touch $@

.SECONDARY:
