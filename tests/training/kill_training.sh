#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A training that is killed (SIGKILL) in any call that changes files, or at any time, goes on with --resume and
# ends with the same weights and the same state, to the byte; so does one that was stopped in good order. After
# each kill the model and the state that are there are whole. Output is TAP.
# usage: kill_training.sh PROGRAM-FOLDER SCENES KILL_AT.SO [STEP [TIMES]]: every STEP-th call is tried (1), and
# TIMES random moments (0).
set -u
programs=$(cd "$1" && pwd) || exit 2
scenes=$2
preload=$3
step=${4-1}
times=${5-0}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8
cd "$work" || exit 2

cat >network.json <<'JSON'
{"model_type": "upernet",
 "backbone_config": {"model_type": "volo", "img_size": [32, 32], "layers": [1, 1, 1, 1],
  "embed_dims": [32, 64, 64, 64], "num_heads": [1, 2, 2, 2], "mlp_ratio": 2, "stem_hidden_dim": 8},
 "hidden_size": 8, "auxiliary_channels": 8, "dataset": "cityscapes", "num_labels": 19,
 "test": {"mode": "whole", "resize": null}}
JSON
"$scenes" --out tree --count 3 --size 64x96 >/dev/null || { echo 'Bail out! no pictures'; exit 1; }

options='--network network.json --data cityscapes:tree,split=val --val cityscapes:tree --crop 32x32 --batch 2
 --steps 7 --save-every 2 --val-every 3 --log-every 1 --ema 0.9 --lr 1e-3 --clip 5 --accumulate 2 --threads 1
 --cache 0 --quiet'
train() # OUT OPTION...
{
    out=$1
    shift
    # shellcheck disable=SC2086 # words
    "$programs/volo-train" run $options --out "$out" "$@"
}

# same OUT: what a training leaves is that of an undisturbed one.
same()
{
    for file in last.safetensors best.safetensors state/training.state; do
        cmp "whole/$file" "$1/$file" || return 1
    done
    sed 's/, "images_per_second.*//; s/, "seconds.*//' whole/log.jsonl >wanted
    sed 's/, "images_per_second.*//; s/, "seconds.*//' "$1/log.jsonl" | cmp wanted - || return 1
    [ ! "$(find "$1" -name '.volo-*.tmp')" ] # of the killed process
}

# whole_files OUT: whatever is there can be used.
whole_files()
{
    for model in "$1/last.safetensors" "$1/best.safetensors"; do
        [ ! -e "$model" ] || "$programs/volo-model" verify "$model" >/dev/null || return 1
    done
}

tried=0
failed=0
check() # WHEN: what was killed goes on.
{
    tried=$((tried + 1))
    { whole_files killed && train killed --resume && same killed; } >errors 2>&1 && return
    echo "# killed $1:"
    sed 's/^/# /' errors
    failed=$((failed + 1))
}

train whole || { echo 'Bail out! the undisturbed training fails'; exit 1; }
(export LD_PRELOAD="$preload" KILL_COUNT=count && train counted) && calls=$(cat count) ||
    { echo 'Bail out! calls cannot be counted'; exit 1; }
number=1
while [ "$number" -le "$calls" ]; do
    rm -rf killed
    (export LD_PRELOAD="$preload" KILL_AT=$number && train killed) 2>/dev/null && echo "# not killed at call $number"
    check "at call $number"
    number=$((number + step))
done
echo "# killed in $tried of $calls calls that change files"

moment=0
while [ "$moment" -lt "$times" ]; do
    rm -rf killed
    # shellcheck disable=SC2086
    "$programs/volo-train" run $options --out killed 2>/dev/null &
    sleep "$(awk -v seed="$moment$$" 'BEGIN { srand(seed); print 0.02 + 1.5 * rand() }')"
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    check "at a random moment"
    moment=$((moment + 1))
done

rm -rf killed
train killed --stop-at 4
check 'in good order'
echo '1..1'
[ "$calls" -ge 50 ] && [ "$failed" = 0 ] && echo 'ok 1 - resumed trainings end with the same bytes' && exit 0
echo "not ok 1 - resumed trainings end with the same bytes ($failed of $tried differ, $calls calls)"
exit 1
