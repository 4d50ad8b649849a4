#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes a model of the 19 Cityscapes classes that was never trained, for tests that need some network.
# usage: tiny_model.sh PROGRAM-FOLDER OUT.safetensors
set -eu
config=$(mktemp)
trap 'rm -f "$config"' EXIT
cat >"$config" <<'JSON'
{"model_type": "upernet",
 "backbone_config": {"model_type": "volo", "img_size": [64, 64], "layers": [1, 1, 1, 1],
  "embed_dims": [32, 64, 64, 64], "num_heads": [1, 2, 2, 2], "mlp_ratio": 2, "stem_hidden_dim": 8},
 "hidden_size": 16, "use_auxiliary_head": false, "dataset": "cityscapes", "num_labels": 19,
 "test": {"mode": "whole", "resize": null}}
JSON
"$1/volo-model" init --config "$config" --classes 19 --seed 7 --out "$2"
