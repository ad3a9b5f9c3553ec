#!/bin/sh
# A large file signed, verified, encrypted and decrypted by the command, beside `openssl cms`: a table,
# which is written to target/cms_files.md too, to be copied into RESULTS.md.
#     benches/cms_files.sh [MIB [ROUNDS]]    the size of the file; the round with the least time counts
# About three minutes for a GiB, after the build.
set -eu
cd "$(dirname "$0")/.."
cargo=${CARGO:-cargo}
target=${CARGO_TARGET_DIR:-target}
profile=${YINXIN_PROFILE:-release}
"$cargo" build --quiet --locked --profile "$profile" -p yinxin-cli
exec python3 benches/cms_files.py "$target/$profile/yinxin" "$target/cms_files.md" "${1:-1024}" "${2:-3}"
