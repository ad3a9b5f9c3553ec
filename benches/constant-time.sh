#!/usr/bin/env bash
# Evidence that no time tells a secret (docs/constant-time.md). "constant-time.sh quick" is the part
# for every change; otherwise all of it, with so many samples for each operation:
#     constant-time.sh [SAMPLES]
set -euo pipefail
cd "$(dirname "$0")/.."
samples=${1:-1000000}
cargo=${CARGO:-cargo}
target=${CARGO_TARGET_DIR:-target}
program=(-p yinxin-benches --bin constant-time)

for tool in valgrind objdump; do
    command -v "$tool" >/dev/null || { echo "constant-time: $tool is missing" >&2; exit 2; }
done

# What is shipped, and the same with marks for the memory checker.
"$cargo" build --quiet --locked --release "${program[@]}"
RUSTFLAGS="${RUSTFLAGS:-} --cfg yinxin_memcheck" CARGO_TARGET_DIR="$target/memcheck" \
    CARGO_PROFILE_RELEASE_DEBUG=line-tables-only \
    "$cargo" build --quiet --locked --release "${program[@]}"

status=0 summary=()
# judge COMMAND...: runs it and keeps its last line.
judge() {
    local out="$target/constant-time.out"
    "$@" | tee "$out" || status=1
    summary+=("$(tail -n 1 "$out")")
}

log="$target/memcheck/valgrind.log"
watched=(valgrind --quiet --error-limit=no --num-callers=12 --log-file="$log"
    "$target/memcheck/release/constant-time" memcheck)
judge "$target/release/constant-time" disassembly
if [ "$samples" = quick ]; then
    judge "${watched[@]}" quick
else
    judge "${watched[@]}"
    judge "$target/release/constant-time" timing "$samples"
fi

printf '\n'
printf '%s\n' "${summary[@]}"
[ "$status" -eq 0 ] || echo "constant-time: NOT good; where memcheck reported: $log"
exit "$status"
