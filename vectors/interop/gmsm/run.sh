#!/bin/sh
# gmsm, a Go module.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${YINXIN_INTEROP:-$here/../../../target/interop}/gmsm
mkdir -p "$build"
if [ ! -x "$build/peer" ] || [ "$here/main.go" -nt "$build/peer" ] || [ "$here/go.mod" -nt "$build/peer" ]; then
    cp "$here/main.go" "$here/go.mod" "$here/go.sum" "$build/"
    (cd "$build" && GOFLAGS=-mod=readonly go build -o peer . >&2)
fi
exec "$build/peer" "$@"
