# The one door: `make` alone lists what is behind it.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench chaos docs lock clean
BIN := .venv/bin
# Tests on a broker mostly wait: two files at a time, each worker with a Kafka of its own when it needs one.
PYTEST := $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Virtual environment, broker and registry (done by the others when needed)
	@deploy/bootstrap

demo: setup ## Play a year in Sulawesi Tenggara (DEMO_ARGS="--population 100% --keep")
	@$(BIN)/jangkau demo $(DEMO_ARGS)

test: setup ## All tests, those on a real broker included (TEST_ARGS="-k embedded")
	@$(PYTEST) $(TEST_ARGS)

check: setup ## All that CI asks: lint, format, types, import contracts, tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(PYTEST) $(TEST_ARGS)

bench: setup ## Measure this machine (BENCH_ARGS="…")
	@$(BIN)/jangkau bench $(BENCH_ARGS)

chaos: setup ## Torment a hub for ten minutes, check every person, run steadily for ten (CHAOS_ARGS="--minutes 2 --seed 7")
	@$(BIN)/python -m tests.chaos $(CHAOS_ARGS)

docs: setup ## Write the generated documents anew
	@$(BIN)/python -m deploy.settings_doc
	@$(BIN)/python -m schemas.topics_doc
	@$(BIN)/python -m monitoring.document
	@$(BIN)/python -m connectors.population.assumptions_doc

lock: setup ## Resolve requirements.lock anew from pyproject.toml (needs uv)
	@uv pip compile pyproject.toml --group dev --group build --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements.lock

clean: ## Delete everything a run has made, data included (not while a hub runs)
	@if [ -x $(BIN)/jangkau ]; then $(BIN)/jangkau down; fi
	@rm -rf .venv .jangkau dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
