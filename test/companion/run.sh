#!/bin/bash
# Checks the companion integration: lint, format, types, tests with coverage.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
PYTHON=${HOMEMATIC_VITALS_CACHE:-$HOME/.cache/homematic-vitals}/bin/tests-python

cd "$ROOT"
test/peers/setup.sh
"$PYTHON" -m ruff check
"$PYTHON" -m ruff format --check
"$PYTHON" -m mypy --strict
"$PYTHON" -m pytest --quiet --cov --cov-report=term --cov-fail-under=95 "$@"
