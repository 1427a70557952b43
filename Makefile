# Each target is a script in scripts/, so that it can be read, run and changed by itself.
.PHONY: run test requirements lint

run: ; @scripts/run
test: ; @scripts/test
requirements: ; @scripts/requirements
lint: ; @scripts/lint
