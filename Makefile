# Each target is a script in scripts/, so that it can be read, run and changed by itself.
.PHONY: run demo test requirements lint

run: ; @scripts/run
demo: ; @scripts/demo
test: ; @scripts/test
requirements: ; @scripts/requirements
lint: ; @scripts/lint
