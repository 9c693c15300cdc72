# `make` alone lists what can be made. Nothing but Python 3.11.2 or newer and make is needed beforehand.
# `make test PYTHON=python3.13` uses another Python, in an environment of its own.
PYTHON ?= python3
# Which Python that is, whatever it is called: an environment made with one is no good for another of the same version.
IDENTITY := $(or $(shell $(PYTHON) -c 'import os, sys, zlib; \
	text = os.path.realpath(sys.executable) + sys.version; \
	print("%d.%d.%d-%08x" % (sys.version_info[:3] + (zlib.crc32(text.encode()) & 0xFFFFFFFF,)))' 2>/dev/null),unknown)
VENV := .venv$(if $(filter-out python3,$(PYTHON)),-$(IDENTITY))
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# A test waits as long as it computes, so that there is room for one more than there are cores.
PARALLEL := -n $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/$(IDENTITY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 2) and "Python 3.11.2 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/run: pyproject.toml $(VENV)/$(IDENTITY)
	$(PIP_INSTALL) --editable .
	@touch $@

$(VENV)/dev: $(VENV)/run
	$(PIP_INSTALL) --editable '.[dev]'
	@touch $@

.PHONY: demo
demo: $(VENV)/run ## pause 500 journeys of a faulty sandbox, and hold the results against the truth
	@PATH="$(abspath $(BIN)):$$PATH" sh samples/pause_campaign/demo.sh

.PHONY: test
test: $(VENV)/dev ## run the tests, or those in the folders of TESTS
	$(BIN)/python -m pytest $(PARALLEL) $(TESTS)

.PHONY: check
check: $(VENV)/dev ## format, lint, types, the floors of the house, known vulnerabilities, coverage
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m tests.audit_dependencies
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(PARALLEL)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

.PHONY: bench
bench: $(VENV)/dev ## measure, side by side: throughput, planning, memory, start
	$(BIN)/python -m tests.benchmarks

.PHONY: bench-pace
bench-pace: $(VENV)/dev ## measure the search for the limit, simulated beside its rivals, then on sockets
	$(BIN)/python -m tests.benchmarks.pacing
	$(BIN)/python -m tests.benchmarks.pacing --sockets

$(VENV)/fuzz: $(VENV)/dev
	$(PIP_INSTALL) --editable '.[fuzz]'
	@touch $@

.PHONY: fuzz
fuzz: $(VENV)/fuzz ## throw odd lists at the readers and odd answers at the client, each for SECONDS (60)
	$(BIN)/python -m tests.fuzz lists --seconds $(or $(SECONDS),60)
	$(BIN)/python -m tests.fuzz flags
	$(BIN)/python -m tests.fuzz answers --seconds $(or $(SECONDS),60)

.PHONY: torture
torture: $(VENV)/dev ## kill, cut and starve runs, and hold their results against the truth
	$(BIN)/python -m tests.torture

.PHONY: clean
clean: ## forget the environments and what the tools left
	rm -rf .venv .venv-* .coverage* .hypothesis .mypy_cache .ruff_cache build dist *.egg-info
