# `make help` lists what can be typed. Everything lives in .venv; nothing is installed by hand.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
WORKERS ?= 4
export PYTHONDONTWRITEBYTECODE =
TESTS = $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --no-loadscope-reorder
SERVERS := caddy libnss3-tools nginx
WINDOWLESS := chromium-headless-shell chromium-common
SHELL_OF_CHROMIUM := .cache/debian/usr/lib/chromium/chromium-headless-shell

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

demo: .venv/demo ## start everything on this machine and print the addresses (PORT=8000)
	@IMIN_PORT=$(PORT) $(BIN)/imin demo

test: .venv/dev chromium debian ## run every test (WORKERS=4)
	@$(TESTS)

sure: .venv/dev chromium debian ## format, lint, types, import directions, tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(TESTS)

bench: .venv/dev chromium ## measure what the README quotes
	@$(BIN)/python -m bench

screenshots: .venv/dev chromium ## make the README's pictures from the real pages
	@$(BIN)/python -m docs.screenshots

translations: .venv/dev ## bring the catalogues up to date with code and pages; name what is not translated
	@$(BIN)/python -m tests.languages.extract

lock: .venv/dev ## pin the newest allowed versions again
	@$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --upgrade --extra sandbox --extra checkout pyproject.toml -o requirements-demo.lock
	@$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --upgrade --extra sandbox --extra checkout --extra dev pyproject.toml -o requirements-dev.lock

clean: ## remove what the targets made in this folder (not the demo's data)
	rm -rf .venv .cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "imin needs Python 3.11 or newer; set PYTHON=… to one."; exit 1; }
	@echo "Making a place for the libraries, .venv (once)…"
	@$(PYTHON) -m venv .venv || { echo "Python's venv is missing: apt-get install python3-venv"; exit 1; }

.venv/demo: requirements-demo.lock | .venv/bin/python
	@echo "Installing the libraries (once)…"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-demo.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . 
	@touch $@

.venv/dev: requirements-dev.lock .venv/demo
	@echo "Installing the test tools (once)…"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

chromium:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && echo "Installing Chromium for the browser tests (once)…" && apt-get -qq update && apt-get -qq install -y chromium >/dev/null; } \
	  || echo "Chromium is missing and may not be installed here: browser tests will be skipped."

debian: ## unpack what tests drive, without installing it (Caddy, nginx, a Chromium without a window)
	@[ -x .cache/debian/usr/bin/caddy ] || { $(call unpack,$(SERVERS)); } \
	  || echo "Caddy and nginx cannot be fetched here: tests of the edge will be skipped."
	@[ -e $(SHELL_OF_CHROMIUM) ] || { $(call unpack,$(WINDOWLESS)) && $(SHELL_OF_CHROMIUM) --version >/dev/null 2>&1; } \
	  || { rm -f $(SHELL_OF_CHROMIUM); echo "Chromium without a window cannot be fetched here: browser tests take longer."; }

define unpack
command -v apt-get >/dev/null && mkdir -p .cache/debian && ( cd .cache/debian \
  && echo "Fetching $(1) for the tests (once)…" && rm -f *.deb \
  && { apt-get -qq download $(1) 2>/dev/null || { apt-get -qq update && apt-get -qq download $(1) 2>/dev/null; }; } \
  && for file in *.deb; do dpkg -x "$$file" . && rm "$$file"; done )
endef

.PHONY: help demo test sure bench screenshots translations lock clean chromium debian
.DEFAULT_GOAL := help
