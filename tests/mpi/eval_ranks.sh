#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An evaluation by several ranks gives the files of one process, to the byte. Six pictures, a model that was
# never trained. Output is TAP.
# usage: eval_ranks.sh LAUNCHER PROGRAM-FOLDER SCENES
set -u
here=$(cd "$(dirname "$0")" && pwd)
launcher=$1
programs=$(cd "$2" && pwd) || exit 2
scenes=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8
cd "$work" || exit 2

sh "$here/../eval/tiny_model.sh" "$programs" tiny.safetensors &&
    "$scenes" --out tree --count 6 --size 64x128 >/dev/null ||
    { echo 'Bail out! no model or no pictures'; exit 1; }

options='--model tiny.safetensors -d cityscapes -r tree --threads 1 --quiet'
evaluate() # RANKS OUT OPTION...
{
    ranks=$1 out=$2
    shift 2
    # shellcheck disable=SC2086 # words
    set -- run $options --out "$out" --save-pred "$out/pred" --report "$out/report" "$@"
    if [ "$ranks" = 0 ]; then
        "$programs/volo-eval" "$@"
    else
        sh "$here/ranks.sh" "$launcher" "$ranks" "$programs/volo-eval" "$@"
    fi >"$out.log" 2>&1
}

# same A B: all but journal and run.json, which say who did what.
same()
{
    diff -r -x journal -x run.json -x '.volo-*.tmp' "$1" "$2" >difference 2>&1
}

number=0 failed=0
check() # NAME STATUS LOG...
{
    number=$((number + 1))
    if [ "$2" = 0 ]; then
        echo "ok $number - $1"
        return
    fi
    failed=1
    echo "not ok $number - $1"
    shift 2
    cat "$@" 2>/dev/null | sed 's/^/# /'
}

echo 1..6
evaluate 0 whole || { echo 'Bail out! one process fails'; cat whole.log; exit 1; }

evaluate 2 two && same whole two && grep -q '"ranks": 2' two/run.json
check 'two ranks give the files of one process' $? two.log difference two/run.json
evaluate 7 seven && same whole seven && grep -q '"ranks": 7' seven/run.json
check 'seven ranks, more than pictures, give them too' $? seven.log difference seven/run.json
evaluate 2 two --resume && same whole two
check 'what is complete is only read again' $? two.log difference

picture=$(find tree/leftImg8bit -name '*.png' | sort | sed -n 3p)
mv "$picture" kept.png
head -c "$(wc -c <kept.png)" /dev/zero >"$picture"
evaluate 0 without --keep-going
one=$?
evaluate 3 ranks_without --keep-going
three=$?
[ "$one $three" = '1 1' ] && same without ranks_without
check 'a picture that fails is left out as by one process' $? without.log ranks_without.log difference
evaluate 2 stopped
stopped=$?
mv kept.png "$picture"
[ "$stopped" = 4 ] && evaluate 3 stopped --resume && same whole stopped
check 'a run that stopped is finished by more ranks' $? stopped.log difference

evaluate 2 parts --shard 1/2
[ $? = 2 ] && grep -q 'not for a run of 2 ranks' parts.log
check 'parts of parts are a usage error' $? parts.log
exit $failed
