# SPDX-License-Identifier: GPL-3.0-or-later
# The commands that people use; CMake does the work. `make help` lists them.

PREFIX ?= /usr/local
# Where the tests keep the packages that take long to build, from one run to the next.
export NACRE_TEST_ROOT ?= $(HOME)/.cache/nacre-test

.PHONY: help demo check gate check-hosts build install bench asan format lint collection dependencies-%
help:
	@echo "make demo              build nacre, then images of hello and of Python with NumPy; run them"
	@echo "make check             build, then run all tests"
	@echo "make gate              format, lint of what changed, fuzzers, sanitizers, for MINUTES (25)"
	@echo "make check-hosts       the tests on hosts with and without a store, as root and as a user (hours)"
	@echo "make collection        build every package twice; write docs/collection.md (hours; goes on where it was)"
	@echo "make build             build/nacre"
	@echo "make install PREFIX=…  install it"
	@echo "make bench             nacre beside its peers"
	@echo "make asan              the C++ tests under the address and undefined-behaviour sanitizers"
	@echo "make lint              clang-format and clang-tidy over the sources"

dependencies-%:
	@scripts/install-dependencies.sh $*

build: dependencies-build
	@cmake --preset release -DNACRE_TESTS=OFF > build-configure.log 2>&1 || { cat build-configure.log; exit 1; }
	@rm -f build-configure.log
	cmake --build build

demo: dependencies-demo build
	@scripts/demo.sh

check: dependencies-check
	cmake --preset release -DNACRE_TESTS=ON
	cmake --build build
	cd build && ctest --output-on-failure --no-tests=error -j 2

gate: dependencies-gate
	scripts/gate.sh $(or $(MINUTES),25) $(STEPS)

check-hosts: dependencies-check
	scripts/check-hosts.sh

collection: build
	scripts/collection.sh $(PACKAGES)

install: build
	cmake --install build --prefix $(PREFIX)

bench: dependencies-bench build
	bench/run.sh
	bench/push.sh || [ $$? -eq 77 ]
	bench/shell.sh

asan: dependencies-check
	cmake --preset asan
	cmake --build build/asan
	cd build/asan && ctest --output-on-failure -E '^(cli|attacks)\.' -j 2

format:
	git ls-files 'src/*.[ch]pp' 'tests/*.[ch]pp' 'bench/*.[ch]pp' | xargs clang-format -i

lint:
	git ls-files 'src/*.[ch]pp' 'tests/*.[ch]pp' 'bench/*.[ch]pp' | xargs clang-format --dry-run -Werror
	cmake --preset release -B build/lint -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON
	git ls-files 'src/*.cpp' | xargs -P 2 -n 4 clang-tidy -p build/lint --quiet \
	  --extra-arg=-Wno-unknown-warning-option
