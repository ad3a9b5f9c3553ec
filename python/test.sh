#!/bin/sh
# Builds the Python module with the profile and the target directory of the workspace, then runs
# pytest, mypy and stubtest. Needs Rust, Python 3.9 or newer with venv, and PyPI.
#
# PYTHON names the interpreter, YINXIN_PROFILE the build profile; arguments go to pytest.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${CARGO_TARGET_DIR:-$here/../target}
mkdir -p "$target"
target=$(cd "$target" && pwd)
venv=$target/venv

# An environment holds its own path in its programs, so one that was moved or copied is made anew.
grep -qsF "$venv" "$venv/bin/activate" || rm -rf "$venv"
[ -x "$venv/bin/python" ] || "${PYTHON:-python3}" -m venv "$venv"
PATH=$venv/bin:$PATH
export PATH CARGO_TARGET_DIR="$target"
export MATURIN_PEP517_ARGS="--profile ${YINXIN_PROFILE:-checked}"
export PIP_DISABLE_PIP_VERSION_CHECK=1

python -c 'import maturin, mypy, pytest' 2>/dev/null ||
    python -m pip install --quiet 'maturin>=1.16,<2' mypy pytest
# The tools are here already: no second copy of maturin for every build.
python -m pip install --quiet --no-build-isolation --no-deps --force-reinstall "$here"

# Not `python -m`: the sources in this folder would stand before the installed package.
cd "$here"
pytest "$@"
mypy
cd "$target"
stubtest yinxin
