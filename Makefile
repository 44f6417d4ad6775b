# Watchroom. `make run` and `make test` do all the set-up on a fresh Debian 12 with Rust 1.95.

SHELL := /bin/sh
# Where the demonstration keeps its data; not in the source tree, which the database's own user may not enter.
DEMO_STATE ?= $(shell if [ "$$(id -u)" = 0 ]; then echo /var/lib/watchroom-demo; else echo "$$HOME/.local/state/watchroom-demo"; fi)
DEMO_PORT ?= 8443
# The reports that the demonstration has ready.
REPORTS = hours-summary working-time-compliance cpd-and-certificates workload

.PHONY: help run test bench fmt lint plugins clean-demo setup setup-test unit browser

help:  ## what there is to make
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: setup plugins  ## build, and start a demonstration on https://localhost:8443 (Ctrl-C stops it)
	cargo build --release --quiet
	exec target/release/watchroom demo --state "$(DEMO_STATE)" --port $(DEMO_PORT) \
		$(foreach name,$(REPORTS),--plugin plugins/dist/$(name).wasm)

clean-demo:  ## forget the demonstration's data
	rm -rf "$(DEMO_STATE)"

test: setup-test lint  ## format, lints, browser tests, unit and integration tests; says at the end how many passed
	@status=0; $(MAKE) --no-print-directory browser || status=1; $(MAKE) --no-print-directory unit || status=1; exit $$status

bench: plugins  ## measure against a bare probe, pgbench and COPY; BENCH="log list" for some lines only
	@packaging/dev-setup --bench
	cargo build --release --quiet --bin watchroom --example bench-probe
	@tests/bench/run $(BENCH)

lint: plugins  ## formatting and clippy, warnings denied
	cargo fmt --check
	cargo clippy --quiet --all-targets -- -D warnings

unit: setup-test plugins  ## unit and integration tests, on a real Postgres
	cargo test --no-fail-fast --lib --bins --test integration
	cargo test --quiet --locked --manifest-path plugins/Cargo.toml --target-dir plugins/target/host \
		-p watchroom-plugin-sdk $(foreach name,$(REPORTS),-p $(name))

browser: setup-test plugins  ## browser tests in headless Chromium, with axe
	@# The same build as the tests: other flags would compile every dependency once more.
	cargo test --quiet --no-run --lib --bins --test integration
	@PATH="$(CURDIR)/target/node/bin:$$PATH"; status=0; node tests/browser/demonstration.mjs && \
	node --test --test-concurrency=2 --test-reporter=spec tests/browser/*.test.mjs || status=1; \
	rm -rf "$${TMPDIR:-/tmp}"/watchroom-demonstration-*; exit $$status

fmt:  ## format everything
	cargo fmt
	cargo fmt --manifest-path plugins/Cargo.toml --all

plugins: setup  ## build the first-party plugins to WebAssembly
	packaging/build-plugins

setup:
	@packaging/dev-setup

setup-test:
	@packaging/dev-setup --test
