# The two commands: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
export PATH := $(abspath $(BIN)):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_PYTHON_DOWNLOADS := never
# Bytecode is what makes the second start of every tool fast; some environments switch it off.
unexport PYTHONDONTWRITEBYTECODE
READY := $(VENV)/.ready
NPM_READY := node_modules/.ready
STAGE ?= dev

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "HolisticOS needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@echo "Creating $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet uv==$(UV_VERSION)

# The project itself is installed editable, so `holisticos` is a command and the tree is importable.
$(READY): requirements/dev.lock pyproject.toml | $(VENV)/bin/uv
	@echo "Installing the locked packages"
	@uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.lock
	@uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(NPM_READY): package.json package-lock.json .npmrc | $(READY)
	@npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

.PHONY: setup
setup: $(READY) ## Install everything that runs the product into .venv

.PHONY: run
run: $(READY) ## The main job: the whole stack on this machine, analysing one person [INPUT=path] [PERSON=id] [TIMEZONE=zone] [LLM=stub] [PROVIDER=sahha]
	@holisticos run $(if $(INPUT),--input "$(INPUT)") $(if $(PERSON),--person "$(PERSON)") $(if $(TIMEZONE),--timezone "$(TIMEZONE)") $(if $(LLM),--llm "$(LLM)") $(if $(PROVIDER),--provider "$(PROVIDER)")

.PHONY: up down
up: $(READY) ## Start the stack and leave it running [LLM=stub] [PROVIDER=sahha]
	@holisticos up $(if $(LLM),--llm "$(LLM)") $(if $(PROVIDER),--provider "$(PROVIDER)")
down: $(READY) ## Stop the stack, keep its state
	@holisticos down

.PHONY: synth
synth: $(READY) ## Synthesize the CloudFormation template of STAGE into cdk.out
	@CDK_CONTEXT_JSON='{"stage": "$(STAGE)"}' python infra/app.py

.PHONY: deploy
deploy: $(READY) $(NPM_READY) ## Deploy STAGE to AWS: HEALTH_API_BASE_URL=https://... [HEALTH_PROVIDER=sahha] [LANGUAGE_MODEL_BASE_URL=https://...] and the credentials of the environment
	@test -n "$(HEALTH_API_BASE_URL)" || { echo "set HEALTH_API_BASE_URL to where the upstream health API answers" >&2; exit 2; }
	@npx cdk deploy --all --context stage=$(STAGE) --parameters HealthApiBaseUrl=$(HEALTH_API_BASE_URL) \
	  --parameters HealthProvider=$(or $(HEALTH_PROVIDER),hos-fapi) \
	  --parameters LanguageModelBaseUrl=$(or $(LANGUAGE_MODEL_BASE_URL),none)

.PHONY: quality
quality: $(READY) ## Measure statistics, recall and false findings, and write docs/quality
	@python -m benchmarks.oracles --out docs/quality/statistics.md
	@python -m benchmarks.insight_quality --out docs/quality

.PHONY: speed
speed: $(READY) ## Measure CPU and memory of an analysis, beside pandas
	@python -m benchmarks.engine_speed

.PHONY: openapi
openapi: $(READY) ## Write the description of the API to docs/openapi.json
	@python -m local.openapi

.PHONY: clients
clients: $(READY) $(NPM_READY) ## Generate the Python and TypeScript clients of the API below .build/clients
	@python -m local.clients

.PHONY: check
check: $(READY) $(NPM_READY) ## Everything that reads the code without running it
	@ruff format --check .
	@ruff check .
	@mypy
	@lint-imports
	@python -m pytest -q tests/infrastructure

.PHONY: test
test: check ## Check and run all tests
	@python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadgroup --cov --cov-report=term --ignore=tests/infrastructure

.PHONY: format
format: $(READY) ## Format and fix what can be fixed
	@ruff format .
	@ruff check --fix .

# Locks name versions and hashes, never a host. Run after a change of requirements/*.in.
.PHONY: lock
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate
lock: | $(VENV)/bin/uv ## Renew the lock files
	@$(LOCK) requirements/dev.in -o requirements/dev.lock
	@$(LOCK) requirements/layer.in -c requirements/dev.lock -o requirements/layer.lock
	@$(LOCK) requirements/local-runtime.in -c requirements/dev.lock -o requirements/local-runtime.lock
	@$(LOCK) requirements/clients.in -o requirements/clients.lock

.PHONY: clean
clean: ## Delete build outputs and local state (not .venv)
	@rm -rf cdk.out .build .local .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
