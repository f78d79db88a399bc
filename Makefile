# Everything sets itself up in .venv; all that is needed is git, make and Python 3.11 or newer.
# PYTHON=… chooses an interpreter, ARGS=… is handed to the tool, JOBS=… tests run at a time.

JOBS ?= 2
bin := .venv/bin

.PHONY: help run test soak lint types bench lock clean

help: ## say what there is
	@sed -n 's/^\([a-z]*\): .*## /make \1	/p' Makefile

run: ## start the exporter, and the bot if DISCORD_TOKEN is set; Ctrl-C ends both
	@.ci/setup run
	@exec $(bin)/python .ci/daemon.py $(ARGS)

test: ## run the tests
	@.ci/setup dev
	@exec $(bin)/python -m pytest -n $(JOBS) --dist=worksteal $(ARGS)

soak: ## kill exporters for five minutes, or so many: ARGS=60
	@.ci/setup dev
	@exec $(bin)/python tests/soak.py $(ARGS)

lint: ## look for faults in form
	@.ci/setup dev
	@$(bin)/ruff check; found=$$?; $(bin)/ruff format --check && exit $$found

types: ## check the types
	@.ci/setup dev
	@$(bin)/mypy

bench: ## measure, and print a table
	@.ci/setup dev
	@.ci/peers
	@exec $(bin)/python -m bench $(ARGS)

fuzz: ## let inputs for the YAML reader grow for 3 minutes; ARGS=-max_total_time=600 for 10
	@.ci/setup dev
	@$(bin)/python -m pip --no-input --disable-pip-version-check install --quiet \
	    --require-hashes --only-binary=:all: --no-deps -r requirements/fuzz.txt
	@exec $(bin)/python -m fuzz $(ARGS)

lock: ## renew requirements/*.txt after pyproject.toml changed; ARGS=--upgrade takes newer versions
	@.ci/lock $(ARGS)

clean: ## remove .venv and caches; var/ holds data and stays
	@rm -rf .venv dist .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
