#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A run that is killed (SIGKILL) in any call that changes files, or at any time, goes on with --resume and
# gives the same files, to the byte. Six pictures, a model that was never trained. Output is TAP.
# usage: kill_anywhere.sh PROGRAM-FOLDER SCENES KILL_AT.SO [STEP [TIMES]]: every STEP-th call is tried (1), and
# TIMES random moments (0).
set -u
here=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "$1" && pwd) || exit 2
scenes=$2
preload=$3
step=${4-1}
times=${5-0}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8
cd "$work" || exit 2

sh "$here/tiny_model.sh" "$programs" tiny.safetensors && "$scenes" --out tree --count 6 --size 64x128 >/dev/null ||
    { echo 'Bail out! no model or no pictures'; exit 1; }

options='--model tiny.safetensors -d cityscapes -r tree --threads 1 --quiet'
evaluate() # OUT OPTION...
{
    out=$1
    shift
    # shellcheck disable=SC2086 # words
    "$programs/volo-eval" run $options --out "$out" --save-pred "$out/pred" --per-image "$out.csv" "$@"
}

# same OUT: all files but journal and run.json are those of an undisturbed run.
same()
{
    for file in result.json result.csv result.md images.csv; do
        cmp "whole/$file" "$1/$file" || return 1
    done
    cmp whole.csv "$1.csv" && diff -r -x '.volo-*.tmp' whole/pred "$1/pred"
}

tried=0
failed=0
check() # WHEN: what was killed goes on.
{
    tried=$((tried + 1))
    evaluate killed --resume >errors 2>&1 && same killed >>errors && return
    echo "# killed $1:"
    sed 's/^/# /' errors
    failed=$((failed + 1))
}

evaluate whole || { echo 'Bail out! the undisturbed run fails'; exit 1; }
(export LD_PRELOAD="$preload" KILL_COUNT=count && evaluate counted) && calls=$(cat count) ||
    { echo 'Bail out! calls cannot be counted'; exit 1; }
number=1
while [ "$number" -le "$calls" ]; do
    rm -rf killed killed.csv
    (export LD_PRELOAD="$preload" KILL_AT=$number && evaluate killed) 2>/dev/null && echo "# not killed at call $number"
    check "at call $number"
    number=$((number + step))
done
echo "# killed in $tried of $calls calls that change files"

moment=0
while [ "$moment" -lt "$times" ]; do
    rm -rf killed killed.csv
    # shellcheck disable=SC2086
    "$programs/volo-eval" run $options --out killed --save-pred killed/pred --per-image killed.csv 2>/dev/null &
    sleep "$(awk -v seed="$moment$$" 'BEGIN { srand(seed); print 0.005 + 0.2 * rand() }')"
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    check "at a random moment"
    moment=$((moment + 1))
done
echo '1..1'
[ "$calls" -ge 50 ] && [ "$failed" = 0 ] && echo 'ok 1 - resumed results have the same bytes' && exit 0
echo "not ok 1 - resumed results have the same bytes ($failed of $tried differ, $calls calls)"
exit 1
