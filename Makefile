# The two commands of the README, and their parts. Everything is set up on the way, once.
#   make demo [INPUT=picture or folder]   analyses a photograph and a short video, says where the results are
#   make test                             builds and runs all tests; make test-servers before it: those with servers too
#   make notebooks                        runs those of examples/notebooks, results in ./notebooks
PYTHON ?= python3
VENV := $(CURDIR)/.venv
BIN := $(VENV)/bin
BUILD := $(CURDIR)/build/package
OUT ?= $(CURDIR)/demo
INPUT ?=
APT_PACKAGES := python3-venv python3-dev g++ make libopencv-dev libavformat-dev libavcodec-dev libswscale-dev \
                libfmt-dev libeigen3-dev nlohmann-json3-dev libssl-dev libcurl4-openssl-dev libxcb1-dev \
                catch2
TEST_SERVERS := xvfb postgresql python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base \
                gstreamer1.0-plugins-good gstreamer1.0-plugins-ugly chromium chromium-driver
SOURCES := $(shell find libemotion bindings python cmake models -type f -not -name '*.pyc') CMakeLists.txt pyproject.toml
TEST_SOURCES := $(shell find tests/unit tests/support -type f) tests/CMakeLists.txt
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# System packages: installed as root or through sudo where they are missing, else the line to type is shown.
define install
	@missing=; for package in $(1); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then sudo=; elif command -v sudo >/dev/null; then sudo=sudo; else \
	    echo "Please install the system packages first, as root:"; \
	    echo "  apt-get install --no-install-recommends$$missing"; exit 1; fi; \
	  echo "Installing the system packages:$$missing"; \
	  $$sudo apt-get update -qq && \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi
endef

.PHONY: help setup system demo notebooks test test-servers bench format clean
help:
	@sed -n '1,4p' Makefile

setup: $(VENV)/.package

system: $(VENV)/.system

$(VENV)/.system:
	$(call install,$(APT_PACKAGES))
	@mkdir -p $(VENV) && touch $@

# Servers and screens that some tests need, which are skipped without them.
test-servers:
	$(call install,$(TEST_SERVERS))

$(VENV)/.python: requirements-build.txt $(VENV)/.system
	@echo "Setting up Python in .venv"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --upgrade pip
	@$(PIP) -r requirements-build.txt
	@touch $@

$(VENV)/.package: $(VENV)/.python $(SOURCES)
	@echo "Building and installing libemotion"
	@$(PIP) --no-build-isolation --no-deps -C build-dir=$(BUILD) .
	@touch $@

$(VENV)/.demo: $(VENV)/.python requirements-demo.txt
	@$(PIP) -r requirements-demo.txt
	@touch $@

demo: $(VENV)/.package $(VENV)/.demo
	@cd / && $(BIN)/python $(CURDIR)/examples/python/demo.py --out $(OUT) $(if $(INPUT),$(abspath $(INPUT)))

notebooks: $(VENV)/.package
	@$(PIP) -r requirements-notebooks.txt
	@mkdir -p notebooks && cp examples/notebooks/*.ipynb notebooks
	cd notebooks && $(BIN)/jupyter execute --inplace *.ipynb

$(VENV)/.tools: $(VENV)/.python requirements-test.txt
	@$(PIP) -r requirements-test.txt
	@touch $@

$(VENV)/.tests: $(VENV)/.tools $(SOURCES) $(TEST_SOURCES)
	@echo "Building libemotion and its tests"
	@$(PIP) --no-build-isolation --no-deps -C build-dir=$(BUILD) -C cmake.define.EMOTION_TESTS=ON \
	  -C cmake.define.EMOTION_EXAMPLES=ON .
	@touch $@ $(VENV)/.package

test: $(VENV)/.tests $(VENV)/.demo
	$(BIN)/ruff check python tests examples models
	$(BIN)/ruff format --check python tests examples models
	$(BIN)/clang-format --dry-run --Werror $$(find libemotion bindings tests examples -name '*.[ch]pp')
	$(BIN)/ctest --test-dir $(BUILD) --output-on-failure
	cd tests && $(BIN)/python -m pytest -q -p no:cacheprovider .

bench: $(VENV)/.package
	@$(PIP) -r requirements-bench.txt
	@cd / && $(BIN)/emotion bench

format: $(VENV)/.tools
	$(BIN)/ruff check --fix python tests examples models
	$(BIN)/ruff format python tests examples models
	$(BIN)/clang-format -i $$(find libemotion bindings tests examples -name '*.[ch]pp')

clean:
	rm -rf build .venv demo notebooks
