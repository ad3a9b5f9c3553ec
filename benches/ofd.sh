#!/bin/sh
# Documents verified and stamped beside OFDRW, which runs in a warm JVM, in one run: a table, which is
# written to target/ofd.md too, to be copied into RESULTS.md.
#     benches/ofd.sh [ROUNDS]     for each figure; the best round counts
# About four minutes with the defaults, after the builds. Needs a JDK, Maven and GNU time.
set -eu
cd "$(dirname "$0")/.."
cargo=${CARGO:-cargo}
target=${CARGO_TARGET_DIR:-target}
profile=${YINXIN_PROFILE:-release}
"$cargo" build --quiet --locked --profile "$profile" -p yinxin-cli --bin yinxin
"$cargo" build --quiet --locked --profile "$profile" -p yinxin-benches --example ofd
exec python3 benches/ofd.py "$target/$profile/yinxin" "$target/$profile/examples/ofd" \
    "$target/ofd.md" "${1:-25}"
