#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs every fuzz target for its share of the time, as many at once as there are cores; keeps inputs
# that reach new code in corpus/ and appends a line for each run to LEDGER.tsv. Three quarters of the
# time go to the build without the address sanitizer, which is several times as fast; what it keeps is
# run again under both sanitizers. Inputs that break something stay in BUILD-FOLDER/found/TARGET.
# usage: search.sh BUILD-FOLDER MINUTES
#        search.sh BUILD-FOLDER SECONDS TARGET
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd) || exit 2

# stat LOG NAME: one of libFuzzer's final figures.
stat()
{
    sed -n "s/^stat::$2: *//p" "$1" | tail -n 1
}

# progress LOG WORD: the last figure behind the word in libFuzzer's progress lines.
progress()
{
    sed -n "s/^#.* $2: \([0-9]*\).*/\1/p" "$1" | tail -n 1
}

# search BINARY SANITIZERS SECONDS TARGET: one run, and its line in the ledger.
search()
{
    log=$build/found/$4/$2.log
    before=$(find "$build/found/$4" -name '*-*' | wc -l)
    "$build/tests/fuzz/search/$1_$4" -max_total_time="$3" -max_len=2048 -timeout=20 -keep_seed=1 \
        -rss_limit_mb=2048 -print_final_stats=1 -dict="$here/$4.dict" \
        -artifact_prefix="$build/found/$4/" "$build/found/$4/inputs" "$here/corpus/$4" \
        >"$log" 2>&1 || tail -n 40 "$log" >&2
    after=$(find "$build/found/$4" -name '*-*' | wc -l)
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$(date -u +%F)" "$commit" "$4" "$2" \
        "$(stat "$log" number_of_executed_units)" "$(progress "$log" cov)" \
        "$(progress "$log" corp)" "$((after - before))" | tee -a "$here/LEDGER.tsv"
    [ "$after" = "$before" ]
}

# search_target SECONDS TARGET
search_target()
{
    mkdir -p "$build/found/$2/inputs"
    commit=$(git -C "$here" rev-parse --short HEAD)
    code=0
    search fast undefined "$(($1 * 3 / 4))" "$2" || code=1
    search fuzz address,undefined,wrap "$(($1 - $1 * 3 / 4))" "$2" || code=1
    "$build/tests/fuzz/search/fuzz_$2" -merge=1 -use_counters=0 -max_len=2048 -timeout=20 \
        -artifact_prefix="$build/found/$2/" "$here/corpus/$2" "$build/found/$2/inputs" \
        >"$build/found/$2/merge.log" 2>&1 || code=1
    return $code
}

if [ $# = 3 ]; then
    search_target "$2" "$3"
    exit
fi
targets=$(find "$here/corpus" -mindepth 1 -maxdepth 1 -type d | sed 's|.*/||' | sort)
cores=$(nproc)
seconds=$(($2 * 60 * cores / $(echo "$targets" | wc -l)))
echo "$targets" | xargs -n 1 -P "$cores" "$0" "$build" "$((seconds > 4 ? seconds : 4))"
