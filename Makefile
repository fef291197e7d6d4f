# What people and CI run. `make` alone lists it.

CARGO ?= cargo
TARGET := $(or $(CARGO_TARGET_DIR),target)
# Where protos are compared with what went before; found by tests/tools/breaking.sh if empty.
PROTO_BASE ?=
# For the program behind a target: make dev ARGS="--port 7500"
ARGS ?=
# What `make replay` sends: one JSON object per line, as in tests/data.
LEADS ?= tests/data/leads.jsonl

# Nobody builds twice in CI, and incremental files only cost time and disk there.
ifdef CI
export CARGO_INCREMENTAL = 0
endif

BUF := .tools/node_modules/.bin/buf
NATS := .tools/nats.stamp
CONSOLE := services/gateway/console

.PHONY: help dev test lint bench bench-analytics bench-matching faults replay tools postgres clean-tools

help:
	@echo 'make dev      start everything in one process (first build: a few minutes)'
	@echo 'make test     all tests, on SQLite and on a PostgreSQL and a nats-server of their own'
	@echo 'make lint     format, clippy, documentation, contracts, types of the console'
	@echo 'make bench    load figures, release build'
	@echo 'make bench-analytics  events a second into figures, release build; ARGS="--leads 1000000"'
	@echo 'make bench-matching  quality and speed of the person matching, release build;'
	@echo '              ARGS="--synthetic 100000" with made-up leads, ARGS="--database --sizes 1000000" in PostgreSQL'
	@echo 'make faults   the promises in their long form (hours)'
	@echo 'make replay   a real stream of leads through all doors, release build'
	@echo 'make tools    what tests and lint need: nats-server, buf, PostgreSQL'
	@echo 'ARGS="…" goes to the program: make dev ARGS="--port 7500"'

# The dev profile: a first release build takes about ten minutes, this one a few.
dev:
	$(CARGO) build --workspace --bin tributary
	@$(TARGET)/debug/tributary dev $(ARGS)

# One PostgreSQL cluster for the whole run; each test makes a database of its own in it.
test: $(NATS) postgres $(CONSOLE)/node_modules/.package-lock.json
	$(CARGO) build --workspace --bins
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
		set -x; $(TARGET)/debug/testkit-run $(CARGO) nextest run --workspace $(ARGS); \
	else \
		set -x; $(TARGET)/debug/testkit-run $(CARGO) test --workspace --lib --bins --tests $(ARGS); \
	fi
	$(CARGO) test --workspace --doc
	npm test --prefix $(CONSOLE) --silent

lint: $(BUF) $(CONSOLE)/node_modules/.package-lock.json
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --workspace --no-deps
	npm run check --prefix $(CONSOLE) --silent
	$(BUF) lint proto
	BUF=$(BUF) tests/tools/breaking.sh $(PROTO_BASE)

bench:
	$(CARGO) build --workspace --release --bins
	$(TARGET)/release/bench $(ARGS)

# Larger and other streams: ARGS="--leads FILE --febrl DIR", or ARGS="--synthetic LEADS" of made-up ones. In the
# tables of intake, in a PostgreSQL of its own: ARGS="--database --sizes 1000000,10000000".
bench-matching:
	$(CARGO) build --workspace --release --bin matching
	$(TARGET)/release/matching $(ARGS)

# In a PostgreSQL of its own; ARGS="--sqlite" for a file instead.
bench-analytics:
	$(CARGO) build --workspace --release --bin analytics
	$(TARGET)/release/analytics $(ARGS)

replay: $(NATS) postgres
	$(CARGO) build --workspace --release --bins
	$(TARGET)/release/replay --leads $(LEADS) $(ARGS)

# Only nextest can pick one crate's tests without building the workspace in another way.
faults: $(NATS) postgres
	@$(CARGO) nextest --version >/dev/null 2>&1 || { echo 'cargo-nextest is missing: cargo install --locked cargo-nextest' >&2; exit 1; }
	$(CARGO) build --workspace --release --bins
	FAULTS=long $(CARGO) nextest run --workspace --release --profile long -E 'package(faults)' $(ARGS)

tools: $(NATS) $(BUF) postgres

# Into .venv, where the tests look for it.
$(NATS): tests/tools/requirements.txt
	python3 -m venv .venv
	.venv/bin/pip install --quiet --require-hashes --requirement $<
	@mkdir -p $(@D) && touch $@

$(BUF): tests/tools/package.json tests/tools/package-lock.json tests/tools/.npmrc
	@mkdir -p .tools && cp $^ .tools/
	npm ci --prefix .tools --ignore-scripts --silent
	@touch $@

# The lock file as npm keeps it when it is done; the build of the console goes by it, too.
$(CONSOLE)/node_modules/.package-lock.json: $(CONSOLE)/package-lock.json
	npm ci --prefix $(CONSOLE) --ignore-scripts --silent
	@touch $@

postgres:
	@tests/tools/postgres.sh

clean-tools:
	rm -rf .tools .venv
