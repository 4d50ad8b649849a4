#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A small network learns eight pictures by heart, from nothing and from the command line: over 98 % of their
# pixels, counted by volo-eval. The pictures are scenes of 32x64 pixels, shown at four times that, since the
# network's first map has one cell for 8x8 pixels. Output is TAP.
# usage: overfit.sh PROGRAM-FOLDER SCENES
set -u
programs=$(cd "$1" && pwd) || exit 2
scenes=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8
cd "$work" || exit 2

cat >network.json <<'JSON'
{"model_type": "upernet", "neck": "mln",
 "backbone_config": {"model_type": "volo", "layers": [1, 1, 1, 1], "embed_dims": [32, 64, 64, 64],
  "num_heads": [1, 2, 2, 2], "mlp_ratio": 2, "stem_hidden_dim": 16},
 "hidden_size": 32, "dataset": "cityscapes", "num_labels": 19}
JSON
"$scenes" --out tree --count 8 --size 32x64 --seed 3 >/dev/null || { echo 'Bail out! no pictures'; exit 1; }
"$programs/volo-train" run --network network.json --data cityscapes:tree,split=val,size=128x256 --no-augment \
    --crop 128x256 --batch 2 --steps 700 --lr 3e-3 --schedule cosine --warmup 20 --aux-weight 0 --dropout 0 \
    --drop-path 0 --weight-decay 0 --test-resize 128x256 --out o --quiet >log 2>&1 &&
    "$programs/volo-eval" run --quiet --model o/last.safetensors -d cityscapes -r tree --json >result.json 2>>log
accuracy=$(sed -n 's/.*"aacc": \([0-9.]*\).*/\1/p' result.json | head -n 1)
echo '1..1'
awk -v got="${accuracy:-0}" 'BEGIN { exit !(got > 0.98) }' && echo "ok 1 - pixel accuracy $accuracy" && exit
echo "not ok 1 - pixel accuracy ${accuracy:-unknown}"
sed 's/^/# /' log
exit 1
