# Weft: build, test and demonstration. `make demo` and `make test` install what a Debian machine lacks and need root.

SWIFT ?= swift
RELEASE = $(SWIFT) build -c release --product weft

.PHONY: help demo test build setup lint clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

demo: setup ## mail through Weft to domains of every kind, in network namespaces: what happens and why
	$(RELEASE)
	Lab/lab demo

test: setup lint ## the format, and all tests: the units, and the same lab as an integration test
	$(RELEASE)
	WEFT_BIN="$$($(RELEASE) --show-bin-path)/weft" $(SWIFT) test --no-parallel

build: ## the release binary, .build/release/weft
	$(RELEASE)

setup: ## install what is missing
	@Scripts/setup

lint: ## check the format of all Swift code
	$(SWIFT) format lint -r -s Package.swift Sources Tests

clean: ## remove what was built, and labs that no run is using any more
	rm -rf .build
	@Lab/lab down
