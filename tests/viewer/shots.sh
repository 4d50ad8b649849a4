#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Pictures of the viewer in all its states, in a folder. usage: shots.sh SOURCE-ROOT BUILD-ROOT FOLDER
set -eu
source=$(cd "$1" && pwd) build=$(cd "$2" && pwd)
mkdir -p "$3"
folder=$(cd "$3" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
indoors=$source/../shared/data/ade20k_mini/images/validation/ADE_val_00000001.jpg
[ -r "$indoors" ] || indoors=$source/assets/samples/leftImg8bit/val/scenes/scenes_000001_000019_leftImg8bit.png
scenes=$source/assets/samples/leftImg8bit/val/scenes

cat >"$work/big.json" <<'JSON'
{"model_type": "upernet",
 "backbone_config": {"model_type": "volo", "layers": [1, 1, 1, 1], "embed_dims": [32, 64, 64, 64],
  "num_heads": [1, 2, 2, 2], "mlp_ratio": 2, "stem_hidden_dim": 8},
 "hidden_size": 16, "auxiliary_channels": 8, "use_auxiliary_head": false, "dataset": "ade20k"}
JSON
"$build/app/volo-model" init --config "$work/big.json" --classes 150 --img-size 256x256 --seed 5 \
    --out "$work/big.safetensors"
"$source/tests/viewer/under_xvfb.sh" "$build/tests/viewer/viewer_screenshot" "$folder" \
    "$source/assets/models/default.safetensors" "$work/big.safetensors" \
    "$scenes/scenes_000000_000019_leftImg8bit.png" "$scenes/scenes_000001_000019_leftImg8bit.png" \
    "$scenes/scenes_000002_000019_leftImg8bit.png" "$source/README.md" \
    "$indoors"
