#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What trainings start from: a new network, an ImageNet checkpoint (a new head, another size), a model of other
# classes, an earlier training; and what is frozen stays. Output is TAP.
# usage: starts.sh PROGRAM-FOLDER SCENES COMPARE GOLDENS
set -u
programs=$(cd "$1" && pwd) || exit 2
scenes=$2
compare=$3
goldens=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8
cd "$work" || exit 2

cat >network.json <<'JSON'
{"model_type": "upernet",
 "backbone_config": {"model_type": "volo", "layers": [1, 1, 1, 1], "embed_dims": [32, 64, 64, 64],
  "num_heads": [1, 2, 2, 2], "mlp_ratio": 2, "stem_hidden_dim": 8},
 "hidden_size": 16, "auxiliary_channels": 8, "use_auxiliary_head": false,
 "id2label": {"0": "a", "1": "b", "2": "c", "3": "d", "4": "e", "5": "f", "6": "g"}}
JSON
"$scenes" --out tree --count 3 --size 64x96 >/dev/null &&
    "$programs/volo-model" init --config network.json --img-size 64x64 --seed 3 --out seven.safetensors ||
    { echo 'Bail out! no pictures or no model'; exit 1; }

train() # OUT OPTION...
{
    out=$1
    shift
    "$programs/volo-train" run --data cityscapes:tree,split=val --batch 2 --steps 2 --lr 1e-2 --threads 1 --cache 0 \
        --verbose --progress none --out "$out" "$@" >"$out.log" 2>&1
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

# learns MODEL: every program opens it.
opens()
{
    "$programs/volo-model" verify --quiet "$1" && "$programs/volo-eval" run --quiet --model "$1" -d cityscapes -r tree --json
}

echo '1..10'
train new --network network.json --crop 32x48 && opens new/last.safetensors >out 2>&1
check 'a new network' $? new.log out
train imagenet --model "$goldens/classifier/model.safetensors" --hidden-size 16 --auxiliary-channels 8 --crop 32x48 &&
    grep -q 'tensors read, 1 resized' imagenet.log && opens imagenet/last.safetensors >out 2>&1
check 'an ImageNet checkpoint gets a head, its position embedding another size' $? imagenet.log out
train other --model seven.safetensors --crop 48x32 && grep -q 'fresh, the first decode_head.conv_seg.weight' other.log &&
    opens other/last.safetensors >out 2>&1
check 'a model of other classes keeps all but what names them' $? other.log out
train again --model new/best.safetensors --crop 32x48
[ $? != 0 ] && grep -q "cannot open 'new/best.safetensors'" again.log
check 'there is no best model without a validation' $? again.log
train again --model new/last.safetensors --crop 32x48 --lr 0 && ! grep -q 'fresh, the first' again.log &&
    "$compare" new/last.safetensors again/last.safetensors 0 backbone.network >out 2>&1
check 'an earlier training is taken up whole' $? again.log out
train frozen --model new/last.safetensors --crop 32x48 --freeze backbone.patch_embed,backbone.network.0 &&
    "$compare" new/last.safetensors frozen/last.safetensors 0 backbone.patch_embed. >out 2>&1 &&
    "$compare" new/last.safetensors frozen/last.safetensors 0 backbone.network.0. >>out 2>&1 &&
    ! "$compare" new/last.safetensors frozen/last.safetensors 1e-4 backbone.network.2. >>out 2>&1
check 'what is frozen stays, batch norms with their statistics' $? frozen.log out
train neck --model new/last.safetensors --crop 32x48 --neck detail --hidden-size 24 --freeze backbone &&
    "$compare" new/last.safetensors neck/last.safetensors 0 backbone.network.2. >out 2>&1 &&
    "$programs/volo-model" info neck/last.safetensors >>out 2>&1 && cat out >>neck.log && grep -q 'neck *detail' out &&
    opens neck/last.safetensors >out 2>&1
check 'an earlier training gets a neck and another head' $? neck.log out
train odd --model new/last.safetensors --crop 32x48 --neck fish
[ $? != 0 ] && grep -q "neck 'fish' is not supported" odd.log
check 'a neck that is not known is refused' $? odd.log
train half --model new/last.safetensors --crop 32x48 --dtype f16 && opens half/last.safetensors >out 2>&1 &&
    [ "$(wc -c <half/last.safetensors)" -lt "$(($(wc -c <new/last.safetensors) * 6 / 10))" ]
check 'models are stored in half' $? half.log out
train threads --network network.json --crop 32x48 --threads 3 --loader-threads 3 &&
    cmp new/state/training.state threads/state/training.state >out 2>&1
check 'threads do not matter, to the bit' $? threads.log out
exit "$failed"
