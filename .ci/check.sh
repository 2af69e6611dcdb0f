#!/bin/sh
# Everything a change must pass. `sh .ci/check.sh` here, in the hook, and on CI: one list.
cd "$(dirname "$0")/.."
set -eu
PATH="$PWD/.venv/bin:$PATH"
set -x
ruff format --check .
ruff check .
mypy
PYTHONPATH=. lint-imports --no-cache
python .ci/audit.py
# CI has run them already.
[ "${TESTS:-}" = done ] || make test RUN="pytest --cov --cov-report= $*"
coverage report
