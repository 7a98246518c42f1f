# Needs Python >= 3.11 and make. Everything is installed into .venv, made when absent.
#   make PYTHON=python3.13 test     another interpreter (after `make clean`)
#   make VENV=/tmp/venv test        another place for the environment

PYTHON ?= python3
VENV   ?= .venv

py  := $(VENV)/bin/python
pip := $(py) -m pip --quiet --disable-pip-version-check
# lifetimes (see below) is installed without its dependencies; pip needn't say so each time.
install := $(pip) install --no-warn-conflicts

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help demo test check bench docs clean

help:  ## show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 14

demo: $(VENV)/.cdnow  ## review the CDNOW customers (simulated orders if the data is out of reach)
	$(py) examples/cdnow_review.py

test: $(VENV)/.group-test $(VENV)/.cdnow $(VENV)/.spark  ## the whole suite, with the coverage gate
	$(py) -m pytest --cov

check: $(VENV)/.group-lint $(VENV)/.group-types $(VENV)/.group-docs  ## lint, format, types, doctests, docs
	$(py) -m ruff check .
	$(py) -m ruff format --check .
	$(py) -m mypy
	$(py) -m pytest -q --doctest-modules src
	$(py) -m sphinx -q -W --keep-going -n docs docs/_build/html

bench: $(VENV)/.group-bench $(VENV)/.lifelines  ## time custvalue, beside other ways to the same answer
	$(py) -m benchmarks --orders 100000 1000000 10000000 --write docs/explanation/measured.txt
	$(VENV)/lifelines/bin/python -m benchmarks --only kaplan-meier \
	  --write docs/explanation/measured-lifelines.txt

docs: $(VENV)/.group-docs  ## build the pages into docs/_build/html
	$(py) -m sphinx -q -W --keep-going -n docs docs/_build/html
	@echo "The pages are in docs/_build/html/index.html"

clean:  ## remove the environment and everything built
	rm -rf $(VENV) build dist docs/_build htmlcov .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find src tests examples benchmarks docs tools -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: one file per thing installed, so that a second call installs nothing
# and a changed pyproject.toml installs again.

$(VENV)/.pip:
	$(PYTHON) -m venv $(VENV)
	$(install) --upgrade "pip>=25.1"  # the first that knows --group
	@touch $@

$(VENV)/.custvalue: pyproject.toml $(VENV)/.pip
	$(install) --editable .
	@touch $@

$(VENV)/.group-%: $(VENV)/.custvalue
	$(install) --group $*
	@touch $@

# A peer whose pins clash with the others' has an environment of its own.
$(VENV)/.lifelines: pyproject.toml $(VENV)/.pip
	$(PYTHON) -m venv $(VENV)/lifelines
	$(VENV)/lifelines/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	$(VENV)/lifelines/bin/python -m pip install --quiet --editable . --group bench-lifelines
	@touch $@

# Real orders: the CDNOW file lies inside this old wheel, of which nothing is imported.
$(VENV)/.cdnow: $(VENV)/.custvalue
	@echo "$(install) --no-deps lifetimes==0.11.3"
	@$(install) --no-deps lifetimes==0.11.3 || { \
	  echo "NOTE: lifetimes 0.11.3, which carries the CDNOW orders, could not be installed."; \
	  echo "      The demo runs on simulated orders; tests of real data are skipped."; \
	  echo "      To try again: rm $@"; }
	@touch $@

# Spark runs on Java; without one its tests are skipped, and say so.
$(VENV)/.spark: $(VENV)/.group-test
	@if java -version >/dev/null 2>&1; then \
	  echo "$(install) --group spark"; $(install) --group spark; \
	else \
	  echo "NOTE: there is no Java here; the tests on Spark are skipped."; \
	  echo "      To try again: rm $@"; \
	fi
	@touch $@
