# SPDX-License-Identifier: Apache-2.0
# Makes, in the current folder, what the cases use: tiny.safetensors (7 classes), pictures grey.ppm
# and dark.ppm (32x48), small.ppm (8x8), broken.png, and classes7.tsv.
set -e
cat >tiny.json <<'END'
{"model_type": "upernet",
 "backbone_config": {"model_type": "volo", "img_size": [64, 64], "layers": [1, 1, 1, 1],
  "embed_dims": [32, 64, 64, 64], "num_heads": [1, 2, 2, 2], "mlp_ratio": 2, "stem_hidden_dim": 8},
 "hidden_size": 16, "use_auxiliary_head": false, "dataset": "toys",
 "id2label": {"0": "a", "1": "b", "2": "c", "3": "d", "4": "e", "5": "f", "6": "g"},
 "test": {"mode": "whole", "resize": null}}
END
volo-model init --config tiny.json --seed 7 --out tiny.safetensors

# picture NAME HEIGHT WIDTH OCTAL: all bytes alike
picture()
{
    { printf 'P6\n%d %d\n255\n' "$3" "$2"; head -c $(($2 * $3 * 3)) /dev/zero | tr '\0' "$4"; } >"$1"
}
picture grey.ppm 32 48 '\177'
picture dark.ppm 32 48 '\010'
picture small.ppm 8 8 '\177'
printf 'not a picture' >broken.png

{
    printf 'name\tid\ttrainId\tR\tG\tB\n'
    for i in 0 1 2 3 4 5 6; do
        printf 'toy %d\t%d\t%d\t%d\t%d\t%d\n' $i $((i + 10)) $i $((i * 30)) 0 255
    done
} >classes7.tsv
