#!/bin/sh
# Makes the virtual environment $1 from requirements.lock; every package is checked against its hash.
set -eu
venv=$1
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
  echo "oncofertility-alerts needs Python 3.11 or newer; '$python' is not. Try: make PYTHON=python3.12 setup" >&2
  exit 1
}
"$python" -m venv "$venv" || {
  echo "Python cannot make a virtual environment here (on Debian: apt-get install python3-venv)." >&2
  exit 1
}
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
touch "$venv/.ready"
