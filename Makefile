# `make demo` shows the main job; `make test` runs every test in Rust, C and Python.
# Everything is built under target/; only `make install` writes outside this folder.

CARGO ?= cargo
SECONDS = 60
SAMPLES = 1000000
PREFIX ?= /usr/local
# One profile for tests, vectors, the command, the C library and the wheel: the optimiser of a
# release with every arithmetic and debug check.
PROFILE = checked

.PHONY: demo test bench fuzz constant-time soak install audit

demo: ## seal generated vouchers, catch planted faults, play a treasury day in four processes
	$(CARGO) run --quiet --profile $(PROFILE) -p yinxin-cli -- demo

test: ## all tests; needs gcc, g++ and Python 3.9 or newer
	$(CARGO) test --profile $(PROFILE) --workspace --exclude yinxin-python --features yinxin/sqlite --no-fail-fast
	python/test.sh

bench: ## speed, with peers in the same run
	$(CARGO) bench -p yinxin-benches
	benches/peers.sh

fuzz: ## every fuzz target for SECONDS each: make fuzz SECONDS=600
	fuzz/run.sh $(SECONDS)

constant-time: ## that nothing tells a secret: make constant-time SAMPLES=quick leaves the clock out
	benches/constant-time.sh $(SAMPLES)

soak: ## the long form: peers judge vectors and random cases, vectors in debug and release, every byte bent, ten minutes a fuzz target
	vectors/interop/agree.py
	vectors/interop/crosscheck.py
	vectors/interop/cms/exchange.py
	vectors/interop/trust_files/make.py target/fresh_trust_files.json
	vectors/interop/agree.py target/fresh_trust_files.json
	$(CARGO) run --quiet --profile $(PROFILE) -p yinxin-vectors -- target/fresh_trust_files.json
	$(CARGO) run --quiet -p yinxin-vectors -- $(wildcard vectors/data/*.json)
	$(CARGO) run --quiet --release -p yinxin-vectors -- $(wildcard vectors/data/*.json)
	YINXIN_SOAK=1 $(CARGO) test --profile $(PROFILE) -p yinxin --features sqlite --test store_writers --test store_recompute_memory
	YINXIN_SOAK=1 $(CARGO) test --profile $(PROFILE) -p yinxin --test seal_make --test envelope_exchange
	fuzz/run.sh 600
	benches/constant-time.sh
	$(CARGO) run --profile $(PROFILE) -p yinxin-cli -- demo --count 20000 --payments 2000

install: ## the C library, its header and the command, below $(DESTDIR)$(PREFIX)
	ffi/install.sh "$(DESTDIR)" "$(PREFIX)"

audit: ## licences, banned crates, sources and advisories; needs cargo-deny
	$(CARGO) deny check
