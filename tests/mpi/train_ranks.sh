#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Two ranks with half the batch each train as one with the whole batch, to float tolerance: gradients and batch
# norm's statistics are those of all samples, the loss is divided by the pixels of all. After one step of plain
# SGD the change of the weights is the gradient. Resuming, validating and stopping work in ranks, too. TAP.
# usage: train_ranks.sh LAUNCHER PROGRAM-FOLDER SCENES COMPARE
set -u
here=$(cd "$(dirname "$0")" && pwd)
launcher=$1
programs=$(cd "$2" && pwd) || exit 2
scenes=$3
compare=$4
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
"$scenes" --out tree --count 5 --size 64x96 >/dev/null || { echo 'Bail out! no pictures'; exit 1; }

options='--network network.json --data cityscapes:tree,split=val --val cityscapes:tree --crop 32x32 --threads 1
 --cache 0 --quiet --drop-path 0 --dropout 0 --optimizer sgd --momentum 0 --weight-decay 0 --schedule constant'
train() # RANKS OUT OPTION...
{
    ranks=$1 out=$2
    shift 2
    # shellcheck disable=SC2086 # words
    set -- run $options --out "$out" "$@"
    if [ "$ranks" = 1 ]; then
        "$programs/volo-train" "$@"
    else
        sh "$here/ranks.sh" "$launcher" "$ranks" "$programs/volo-train" "$@"
    fi >>"$out.log" 2>&1
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

echo '1..5'
train 1 one --batch 4 --steps 1 --lr 1 && train 2 two --batch 2 --steps 1 --lr 1 &&
    "$compare" one/last.safetensors two/last.safetensors 1e-5 >difference 2>&1
check 'two ranks with half the batch have the gradient of one' $? difference one.log two.log
train 1 three --batch 6 --steps 1 --lr 1 && train 3 many --batch 2 --steps 1 --lr 1 &&
    "$compare" three/last.safetensors many/last.safetensors 1e-5 >difference 2>&1
check 'so have three' $? difference three.log many.log
train 1 long --batch 4 --steps 6 --lr 1e-2 && train 2 wide --batch 1 --accumulate 2 --steps 6 --lr 1e-2 --save-every 2
[ -s wide/last.safetensors ] && [ -s wide/best.safetensors ]
check 'batches of one sample train in two ranks' $? wide.log
train 2 parts --batch 1 --accumulate 2 --steps 6 --lr 1e-2 --save-every 2 --stop-at 3 &&
    train 2 parts --batch 1 --accumulate 2 --steps 6 --lr 1e-2 --save-every 2 --resume &&
    cmp wide/state/training.state parts/state/training.state >difference 2>&1
check 'ranks go on where they stopped, to the bit' $? difference parts.log
train 2 none --batch 2 --steps 1 --data cityscapes:none,split=val
[ $? != 0 ] && grep -q "no label files" none.log
check 'what cannot start ends in all ranks' $? none.log
exit "$failed"
