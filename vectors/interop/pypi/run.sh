#!/bin/sh
# GmSSL, Tongsuo or pyca/cryptography from PyPI: run.sh gmssl|tongsuo|pyca [--version]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${YINXIN_INTEROP:-$here/../../../target/interop}/pypi
if [ ! -x "$build/bin/python" ] || ! cmp -s "$here/requirements.txt" "$build/requirements.txt"; then
    python3 -m venv "$build" >&2
    "$build/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt" >&2
    cp "$here/requirements.txt" "$build/requirements.txt"
fi
peer=$1
shift
exec "$build/bin/python" -W ignore "$here/$peer.py" "$@"
