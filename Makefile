# Parvis: build, run, test. `make help` lists the targets.

PORT ?= 8080
DATA ?= ./var
TARGET_DIR := $(or $(CARGO_TARGET_DIR),target)
export CARGO_TARGET_DIR := $(TARGET_DIR)

.DEFAULT_GOAL := help
.PHONY: help run test check bench doctor fix assets binary

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "Variables: PORT ($(PORT)), DATA ($(DATA)), DEMO_PASSWORD (else one is drawn), CARGO_TARGET_DIR ($(TARGET_DIR))."

run: assets binary ## Build everything, load the demo into DATA if it is empty, serve on PORT.
	@exec "$(TARGET_DIR)/debug/parvis" demo --data "$(DATA)" --port "$(PORT)"

test: assets ## Install what the tests need and run them all: Rust, TypeScript, browser.
	@scripts/test

check: ## Check format, lints, types, sizes of files and edges between crates.
	@scripts/check

bench: assets ## Measure imports and the API against DuckDB and the empty answer (release build).
	@scripts/bench

doctor: binary ## Look for what is wrong with DATA.
	@"$(TARGET_DIR)/debug/parvis" doctor --data "$(DATA)"

fix: ## Apply the formatter and the lints that mend themselves.
	cargo fmt --all
	cargo clippy --workspace --all-targets --fix --allow-dirty --allow-staged

assets: ## Build the front end into assets/dist.
	@scripts/build-assets

# The whole workspace, so that features are those of the tests and nothing is compiled twice.
binary:
	cargo build --workspace --bins
