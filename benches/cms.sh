#!/bin/sh
# Messages and packets beside gmsm and OpenSSL, each signed, encrypted, decrypted and verified, on one
# thread: a table, which is written to target/cms.md too, to be copied into RESULTS.md.
#     benches/cms.sh [SECONDS [ROUNDS]]    for each figure; the shortest run counts
# About two minutes with the defaults, after the builds.
set -eu
cd "$(dirname "$0")/.."
cargo=${CARGO:-cargo}
target=${CARGO_TARGET_DIR:-target}
profile=${YINXIN_PROFILE:-release}
"$cargo" build --quiet --locked --profile "$profile" -p yinxin-benches --example cms

# gmsm is a Go module: without Go, or if it cannot be fetched, it is missing.
build=$target/peers
mkdir -p "$build"
rm -f "$build/gmsm"
here=$(pwd)
case $build in /*) program=$build/gmsm ;; *) program=$here/$build/gmsm ;; esac
if command -v go >/dev/null; then
    (cd benches/peers/gmsm && GOFLAGS=-mod=readonly go build -o "$program" .) || true
fi
exec python3 benches/cms.py "$target/$profile/examples/cms" "$program" "$target/cms.md" "${1:-1}" "${2:-5}"
