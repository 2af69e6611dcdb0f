# `make run` serves the bundled glossary, `make test` runs all tests, `make bench` compares with peers;
# all set everything up first.
# Nothing is written outside this folder.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install -q
HOST ?= 127.0.0.1
PORT ?= 8000
SECONDS ?= 60
# Test files in turn on so many cores. CI has the same tests counted: RUN="pytest --cov ...".
CORES ?= 2
# A process of tests that dies is not replaced: xdist would wait for ever for tests it had last.
SPREAD := -n $(CORES) --dist loadfile --max-worker-restart 0
RUN ?= pytest
# The folder of texts by others that `glossary evaluate` takes, too, and options of the comparison.
DATA ?= ../shared/data
BENCH ?=

export TMPDIR := $(CURDIR)/.tmp
export PIP_NO_CACHE_DIR := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export HF_HOME := $(CURDIR)/.tmp/huggingface

.PHONY: run test bench torture check sbom lock fix clean

run: $(VENV)/ready
	$(BIN)/glossary serve --host $(HOST) --port $(PORT) --log-format text

test: $(VENV)/ready-dev
	$(BIN)/python -m $(RUN) $(SPREAD)

# The service and its peers side by side; BENCH="--rounds 5 --only serving", and --help has the rest.
bench: $(VENV)/ready
	$(BIN)/python -m tests.bench.compare $(if $(wildcard $(DATA)),--data $(DATA)) $(BENCH)

# Kills, full disks, damage, hostile files and requests; each part for so many seconds.
torture: $(VENV)/ready-dev
	$(BIN)/python -m tests.torture --seconds $(SECONDS)

# Format, lint, types, architecture, tests with coverage.
check: $(VENV)/ready-dev
	sh .ci/check.sh

# What is installed, as CycloneDX: names, versions and hashes.
sbom: $(VENV)/ready-dev
	$(BIN)/cyclonedx-py requirements --output-reproducible --of JSON -o sbom.json .ci/lock.txt

# Pins again, with hashes, what pyproject.toml asks for; versions are those of the constraints, where they name one.
LOCK := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate \
  --no-emit-package torch --constraints .ci/constraints.txt --custom-compile-command "make lock" --extra model
lock: $(VENV)/bin/python
	$(INSTALL) uv
	$(LOCK) pyproject.toml .ci/build.in -o .ci/lock.txt
	$(LOCK) --extra dev pyproject.toml .ci/build.in -o .ci/lock-dev.txt

fix: $(VENV)/ready-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) .tmp index

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one with make PYTHON=python3.12." >&2; exit 1; }
	mkdir -p $(TMPDIR)
	$(PYTHON) -m venv $(VENV)

$(VENV)/ready: $(VENV)/bin/python pyproject.toml .ci/constraints.txt .ci/lock.txt
	mkdir -p $(TMPDIR)
	$(INSTALL) --no-deps --require-hashes -r .ci/lock.txt
	$(INSTALL) -c .ci/constraints.txt torch
	$(INSTALL) --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/ready-dev: $(VENV)/ready .ci/lock-dev.txt
	$(INSTALL) --no-deps --require-hashes -r .ci/lock-dev.txt
	$(BIN)/python -m pip check
	touch $@
