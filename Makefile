# What people run is what CI runs. `make` alone lists what there is.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-slow test-live packages container soak mutants lint format docs docs-check screenshot bench beside accuracy fuzz lock clean

# The first Python that is new enough and starts: a pyenv shim without a version behind it does not count. Looked for at
# the root, where pyenv does not insist on the version in .python-version, which is for hosts.
PYTHONS := python3.13 python3.12 python3.11 python3
PYTHON ?= $(shell cd /; for python in $(PYTHONS); do $$python -c \
	'import sys; sys.exit(1) if sys.version_info < (3, 11) else print(sys.executable)' 2>/dev/null && break; done)
UV := $(shell command -v uv 2>/dev/null)
BIN := .venv/bin
DATA ?= ../shared/eval
SEED ?= 1
DAYS ?= 365
N ?= 40
SECONDS ?= 20
ROOM ?=
BENCHMARKS ?= $(filter-out __init__ accuracy many_looks,$(basename $(notdir $(wildcard benchmarks/*.py))))
ARGS ?=

ifneq ($(UV),)
INSTALL := $(UV) pip install --quiet --python $(BIN)/python --compile-bytecode
else
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-11s %s\n", $$1, $$2}' Makefile

demo: .venv/.runtime ## see quietfeed work on a bundled, made-up network
	@$(BIN)/quietfeed demo $(ARGS)

test: .venv/.dev ## run the quick tests, which need no server (ARGS="-k words" for some)
	@$(BIN)/pytest -m "not live and not slow" -n auto --dist loadfile $(ARGS)

test-slow: .venv/.dev ## run the others that need no server: whole programs, weeks, very many inputs
	@$(BIN)/pytest -m "slow and not live" -n auto --dist loadfile $(ARGS)

test-live: .venv/.dev ## start real servers on this machine and run the bot against them
	@$(BIN)/pytest -m "live" -n 2 --dist loadgroup $(ARGS)

packages: .venv/.packages ## build what is published, and try it by pip, uv and pipx in empty environments
	@$(BIN)/python -m tests.packages

container: .venv/.packages ## build and start the container where an engine answers; elsewhere read its files
	@.ci/container

soak: .venv/.dev ## live through a year of faults in minutes (DAYS=30 SEED=2)
	@$(BIN)/python -m tests.soak --days $(DAYS) --seed $(SEED) $(ARGS)

mutants: .venv/.dev ## change the program a little: do the tests notice? (N=40 SEED=1 ROOM=actions)
	@$(BIN)/python -m tests.mutants --number $(N) --seed $(SEED) --room '$(ROOM)' $(ARGS)

lint: .venv/.dev ## ruff and mypy --strict
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: .venv/.dev ## let ruff lay out the sources
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: .venv/.runtime ## write the generated pages again
	@$(BIN)/python -m bot.cli.docs --write

docs-check: .venv/.runtime ## fail where the generated pages are stale
	@$(BIN)/python -m bot.cli.docs --check

screenshot: .venv/.dev ## take the pictures of the docs anew, of the demo's page and desk (needs Chromium)
	@$(BIN)/python -m tests.live.pictures

bench: .venv/.dev ## print figures: CPU, memory, start-up, requests
	@for each in $(BENCHMARKS); do printf '\n%s\n' "$$each"; $(BIN)/python -m benchmarks.$$each $(ARGS) || exit 1; done

beside: .venv/.bench ## compare a replay with DuckDB and polars, installed for this alone
	@$(BIN)/python -m benchmarks.beside $(ARGS)

accuracy: .venv/.runtime ## judge labelled accounts: make accuracy DATA=folder
	@$(BIN)/python -m benchmarks.accuracy $(DATA) $(ARGS)

fuzz: DATA = ../shared/contract
fuzz: .venv/.dev ## feed 100,000 odd answers, files and addresses to every room, then what atheris finds (SECONDS=20 each)
	@$(BIN)/python -m tests.fuzz $(ARGS) $(DATA)
	@$(INSTALL) --only-binary :all: --require-hashes -r requirements-fuzz.txt || echo 'No atheris for this Python.'
	@$(BIN)/python -m tests.fuzz.guided --seconds $(SECONDS)

clean: ## remove all that was installed or cached here
	rm -rf .venv .live .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
	find bot tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

# The environment. Stamps tell what is in it, so that a second run installs nothing; they go with its Python.

ifeq ($(shell test -x $(BIN)/python && echo whole),)
$(shell rm -f .venv/.runtime .venv/.dev .venv/.bench .venv/.packages)
endif

.venv/bin/python:
	@python='$(PYTHON)'; \
	if [ -z "$$python" ] && [ -z '$(UV)' ]; then \
		echo 'quietfeed needs Python 3.11 or newer, and found none of: $(PYTHONS).' >&2; \
		echo 'Install one (Debian, Ubuntu: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3' >&2; \
		exit 1; \
	fi; \
	rm -rf .venv; \
	if [ -n '$(UV)' ]; then \
		'$(UV)' venv --quiet --python "$${python:->=3.11}" .venv; \
	elif ! "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
		echo "quietfeed needs Python 3.11 or newer; $$python is older." >&2; exit 1; \
	elif ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$$python cannot make virtual environments: its venv module is not whole." >&2; \
		echo 'Install it (Debian, Ubuntu: apt install python3-venv), or install uv.' >&2; exit 1; \
	else \
		"$$python" -m venv .venv; \
	fi || { rm -rf .venv; exit 1; }

.venv/.runtime: .venv/bin/python requirements.txt requirements-build.txt pyproject.toml
	@echo 'Installing quietfeed into .venv (the first time takes a minute) …'
	@[ -n '$(UV)' ] || $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(INSTALL) --require-hashes -r requirements.txt -r requirements-build.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.txt
	@echo 'Installing what the tests need …'
	@$(INSTALL) --require-hashes -r requirements-dev.txt
	@touch $@

.venv/.bench: .venv/.dev requirements-bench.txt
	@echo 'Installing DuckDB and polars …'
	@$(INSTALL) --require-hashes -r requirements-bench.txt
	@touch $@

.venv/.packages: .venv/.runtime requirements-packages.txt
	@echo 'Installing what builds and publishes packages …'
	@$(INSTALL) --require-hashes -r requirements-packages.txt
	@touch $@

# The lock: every version and hash, for uv and pip alike. What stands in the files is kept unless UPGRADE=1.

COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-header --annotation-style line $(if $(UPGRADE),--upgrade)

lock: ## resolve pyproject.toml again (UPGRADE=1 for the newest versions; needs uv)
	@[ -n '$(UV)' ] || { echo 'make lock needs uv: pip install uv' >&2; exit 1; }
	@$(COMPILE) pyproject.toml --group dev --group build -o requirements-dev.txt
	@$(COMPILE) pyproject.toml -c requirements-dev.txt -o requirements.txt
	@$(COMPILE) pyproject.toml --extra desk -c requirements-dev.txt -o requirements-desk.txt
	@$(COMPILE) pyproject.toml --extra fleet -c requirements-dev.txt -o requirements-fleet.txt
	@$(COMPILE) --group build -c requirements-dev.txt -o requirements-build.txt
	@$(COMPILE) --group bench -c requirements-dev.txt -o requirements-bench.txt
	@$(COMPILE) --group fuzz -c requirements-dev.txt -o requirements-fuzz.txt
	@$(COMPILE) --group packages -c requirements-dev.txt -o requirements-packages.txt
