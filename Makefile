# The commands of this repository. `make` lists them; their bodies are in scripts/.
.DEFAULT_GOAL := help
SHELL := /bin/bash
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Every worker would compile every test again, and every process that a test starts all of Gatepost.
unexport PYTHONDONTWRITEBYTECODE

# Whole files for each worker, so that a file's servers start once, and those that take longest
# first (tests/longest.txt). Three workers keep two cores busy: half of their time is waiting.
PYTEST_WORKERS ?= 3
PYTEST := python -m pytest -n $(PYTEST_WORKERS) --dist loadfile --no-loadscope-reorder

.PHONY: help setup demo check test bench interop golden docs

help:     ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:    ## install what is missing (apt packages, .venv); quick when nothing is
	@scripts/setup

demo:     ## start everything on this machine and print what to try; Ctrl-C stops it
	@scripts/setup
	@gatepost demo

check:    ## formatting, lint, types, import contracts, house tests
	@scripts/setup
	@scripts/check

test:     ## set up, check, and run the tests (all but interop)
	@scripts/setup --test
	@scripts/check
	@$(PYTEST) -m 'not interop' --ignore tests/house

bench:    ## measure Gatepost beside its peers, on this machine (ROUNDS=7 ONLY=words TOKENS=100000)
	@scripts/setup --test
	@ROUNDS='$(ROUNDS)' ONLY='$(ONLY)' ROUTES='$(ROUTES)' TOKENS='$(TOKENS)' scripts/bench

interop:  ## the tests with providers and tools that setup does not install (ONLY=deploy)
	@scripts/setup
	@ONLY='$(ONLY)' scripts/interop

golden:   ## rewrite the golden files of the compiler; then read the diff
	@scripts/setup
	@python -m pytest -q tests/unit/engine --update-golden

docs:     ## rewrite the reference pages that come from the source
	@scripts/setup
	@scripts/docs
