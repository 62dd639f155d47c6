# Kiosque: `make run` starts everything, `make test` runs every test. `make help` lists the rest.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

PORT ?=
HOST ?=
DATA_DIR ?=
DEMO ?= yes
TESTS ?= tests
SCALE ?= 10000
SECONDS ?= 8
ROUNDS ?= 3
PROFILE ?=
PICTURES ?= too

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
INSTALL := $(UV) pip install --quiet --python $(BIN)/python --require-hashes --no-deps
hash = $(firstword $(shell cat $(1) | cksum))
ENVIRONMENT := $(VENV)/.environment-$(call hash,requirements-bootstrap.txt <(pwd))
RUNTIME := $(VENV)/.runtime-$(call hash,requirements-embedded.txt)
DEVELOPMENT := $(VENV)/.development-$(call hash,requirements-dev.txt)
# The newest Python on the path that is new enough.
FIND_PYTHON := for name in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	if $$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$name; exit; fi; done; \
	echo 'Kiosque needs Python 3.11 or newer, with the module venv (on Debian: apt install python3-venv).' >&2; exit 1
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

.PHONY: help
help: ## List what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18
	@echo
	@echo '  make run PORT=9000 HOST=0.0.0.0 DATA_DIR=/srv/kiosque DEMO=no'
	@echo '  make test TESTS=tests/embedded'
	@echo '  make bench SCALE=1000000 SECONDS=8 ROUNDS=3, make bench PROFILE=q1, make bench PICTURES=only'

.PHONY: run
run: $(RUNTIME) ## Start Kiosque with all it needs; Ctrl-C stops it (PORT, HOST, DATA_DIR, DEMO=no)
	@exec $(BIN)/cms up $(if $(PORT),--port '$(PORT)') $(if $(HOST),--host '$(HOST)') \
		$(if $(DATA_DIR),--data-dir '$(DATA_DIR)') $(if $(filter no,$(DEMO)),--no-demo)

# The tests start hundreds of processes: without bytecode, each would compile its libraries anew.
.PHONY: test
test: $(DEVELOPMENT) ## Run every test against real engines (TESTS=tests/some/folder)
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n auto --dist loadgroup $(TESTS)

.PHONY: bench
bench: $(DEVELOPMENT) ## Measure Kiosque beside other servers (SCALE, SECONDS, ROUNDS, PROFILE=q1, PICTURES=only, HOSTILE=folder); needs wrk
	@$(BIN)/python -m bench --scale $(SCALE) --seconds $(SECONDS) --rounds $(ROUNDS) --pictures $(PICTURES) $(if $(PROFILE),--profile $(PROFILE)) $(if $(HOSTILE),--hostile $(HOSTILE))

.PHONY: lint
lint: $(DEVELOPMENT) ## Check the style
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

.PHONY: format
format: $(DEVELOPMENT) ## Mend the style where a program can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

.PHONY: types
types: $(DEVELOPMENT) ## Check the types
	@$(BIN)/basedpyright --pythonpath $(BIN)/python

.PHONY: check
check: lint types ## Check style and types

.PHONY: docs
docs: $(DEVELOPMENT) ## Write the generated pages anew (docs/settings.md, docs/permissions.md)
	@for page in settings permissions; do \
		$(BIN)/python -m cms.$${page}_page > docs/$$page.md.new; mv docs/$$page.md.new docs/$$page.md; done

.PHONY: illustrations
illustrations: $(DEVELOPMENT) ## Make the pictures in docs/pictures.md anew, of the demo newsroom; needs chromium
	@$(BIN)/python -m tests.docs.illustrating

.PHONY: secrets
secrets: .env ## Make the passwords and keys of compose.yaml, once, in .env

.env:
	@python=$$($(FIND_PYTHON)); umask 077; for name in POSTGRES_PASSWORD S3_ACCESS_KEY S3_SECRET_KEY STORE_SIGNING_KEY; do \
		echo "$$name=$$($$python -c 'import secrets; print(secrets.token_hex(24))')"; done > $@.new
	@mv $@.new $@
	@echo 'The secrets are in $@. Keep a copy where you keep your other secrets.'

.PHONY: lock
lock: $(ENVIRONMENT) ## Choose the newest allowed version of every dependency anew
	@$(LOCK) --upgrade pyproject.toml --output-file requirements.txt
	@$(LOCK) --upgrade pyproject.toml --extra embedded --constraint requirements.txt --output-file requirements-embedded.txt
	@$(LOCK) --upgrade pyproject.toml --all-extras --constraint requirements-embedded.txt --output-file requirements-dev.txt
	@echo uv | $(LOCK) --upgrade - --output-file requirements-bootstrap.txt

.PHONY: clean
clean: ## Remove the environment and the caches; data stay
	@rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# A stamp is named after the content of its lock file, and the environment after its place too: file times say nothing in a
# fresh checkout, and an environment does not survive a move.
$(RUNTIME): $(ENVIRONMENT)
	@echo 'Installing Kiosque and its engines'
	@$(INSTALL) -r requirements-embedded.txt
	@touch $@

$(DEVELOPMENT): $(ENVIRONMENT)
	@echo 'Installing Kiosque, its engines and the tools of development'
	@$(INSTALL) -r requirements-dev.txt
	@touch $@ $(RUNTIME)

$(ENVIRONMENT):
	@echo 'Making the environment in $(VENV)'
	@python=$$($(FIND_PYTHON)); $$python -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bootstrap.txt
	@$(BIN)/python -c "import pathlib, sysconfig; pathlib.Path(sysconfig.get_path('purelib'), 'kiosque.pth').write_text('$(CURDIR)')"
	@printf '#!%s\nimport sys\n\nfrom cms.cli import main\n\nif __name__ == "__main__":\n    sys.exit(main())\n' '$(CURDIR)/$(BIN)/python' > $(BIN)/cms
	@chmod +x $(BIN)/cms
	@touch $@
