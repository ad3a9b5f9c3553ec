#!/bin/sh
# The library with each backend beside its peers, all in one run on one thread: one table, which is
# written to target/peers.md too, to be copied into RESULTS.md.
#     benches/peers.sh [SECONDS [ROUNDS]]    for each figure; the best round counts
# Under four minutes with the defaults, after the builds. What is missing is named in the table.
set -eu
cd "$(dirname "$0")/.."
cargo=${CARGO:-cargo}
target=${CARGO_TARGET_DIR:-target}
profile=${YINXIN_PROFILE:-release}

"$cargo" build --quiet --locked --profile "$profile" -p yinxin-cli --bin yinxin
"$cargo" build --quiet --locked --profile "$profile" -p yinxin-benches --example peers

# gmsm is a Go module: without Go, or if it cannot be fetched, it is missing.
build=$target/peers
mkdir -p "$build"
rm -f "$build/gmsm"
here=$(pwd)
case $build in /*) program=$build/gmsm ;; *) program=$here/$build/gmsm ;; esac
if command -v go >/dev/null; then
    (cd benches/peers/gmsm && GOFLAGS=-mod=readonly go build -o "$program" .) || true
fi

exec python3 benches/peers/table.py "$target/$profile/yinxin" "$target/$profile/examples/peers" \
    "$build/gmsm" "$target/peers.md" "${1:-0.6}" "${2:-3}"
