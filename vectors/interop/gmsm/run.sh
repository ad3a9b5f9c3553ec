#!/bin/sh
# gmsm, a Go module.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${YINXIN_INTEROP:-$here/../../../target/interop}/gmsm
mkdir -p "$build"
for source in "$here"/*.go "$here/go.mod"; do
    if [ ! -x "$build/peer" ] || [ "$source" -nt "$build/peer" ]; then
        cp "$here"/*.go "$here/go.mod" "$here/go.sum" "$build/"
        (cd "$build" && GOFLAGS=-mod=readonly go build -o peer . >&2)
        break
    fi
done
exec "$build/peer" "$@"
