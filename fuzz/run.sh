#!/usr/bin/env bash
# Builds every fuzz target on stable Rust, makes seeds, and runs each for SECONDS (60 if not given),
# or only the targets named after it: ./run.sh 600 seal stamp
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-60}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=($(ls fuzz_targets | sed 's/\.rs$//'))

host=$(rustc -vV | sed -n 's/^host: //p')
coverage='-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4'
coverage+=' -Cllvm-args=-sanitizer-coverage-inline-8bit-counters'
coverage+=' -Cllvm-args=-sanitizer-coverage-pc-table'
coverage+=' -Cllvm-args=-sanitizer-coverage-trace-compares'
export RUSTFLAGS="$coverage --cfg fuzzing -Cdebug-assertions -Ccodegen-units=1"
export CARGO_TARGET_DIR=target CARGO_INCREMENTAL=0
cargo build --release --locked --target "$host"

failed=()
for target in "${targets[@]}"; do
    mkdir -p "corpus/$target" "artifacts/$target"
    if YINXIN_SEEDS="corpus/$target" "target/$host/release/$target" "corpus/$target" \
        -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -max_len=65536 \
        -artifact_prefix="artifacts/$target/" -print_final_stats=1 >"target/$target.log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "target/$target.log")
        echo "$target: $runs runs, nothing found"
    else
        failed+=("$target")
        echo "$target: FAILED"
        tail -n 40 "target/$target.log"
    fi
done
[ ${#failed[@]} -eq 0 ] || { echo "failed: ${failed[*]}"; exit 1; }
