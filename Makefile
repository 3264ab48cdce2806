# make run    a virtual environment, the locked dependencies, and the cockpit:  make run ARGS="--demo"
# make test   the same with the tools, then every check there is
# Both need Python 3.11 or newer and nothing else; name another one with:  make run PYTHON=python3.12

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

.PHONY: run test check bench package lock clean

run: $(VENV)/.run
	$(PY) -m exitzero $(ARGS)

test: check
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -n 2 --dist loadfile $(ARGS)

check: $(VENV)/.dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

# Figures want a quiet machine: one process, files called bench_*.py, no random order.
bench: $(VENV)/.dev
	$(PY) -m pytest tests/benchmarks -o python_files='bench_*.py' -o timeout=900 -p no:randomly -p no:xdist -s $(ARGS)

# dist/ExitZero is the bundle for this system; dist/*.whl is the wheel for pip and pipx.
package: $(VENV)/.dev
	$(PY) -m hatchling build --target wheel
	$(PY) -m PyInstaller --noconfirm --clean exitzero.spec

# Wants uv. The locks hold versions and hashes for the three systems, and no address.
lock:
	$(LOCK) $(ARGS) pyproject.toml --output-file requirements.lock
	$(LOCK) $(ARGS) pyproject.toml --group dev --group build --constraint requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage*

$(VENV)/.run: requirements.lock | $(PY)
	$(PIP) requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(PIP) requirements-dev.lock
	@touch $@

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "ExitZero needs Python 3.11 or newer, and $(PYTHON) is %d.%d. Name a newer one: make PYTHON=python3.12 run" % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV)
