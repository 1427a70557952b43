# Each target is a script in scripts/, so that it can be read, run and changed by itself.
.PHONY: run demo test bench requirements lint fuzz

run: ; @scripts/run
demo: ; @scripts/demo
test: ; @scripts/test
bench: ; @scripts/bench
requirements: ; @scripts/requirements
lint: ; @scripts/lint
fuzz: ; @scripts/fuzz
