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

# A model of the 19 Cityscapes classes, and a tree of three pictures (32x48) whose truth is what the model
# of 7 classes says, as ids: classes 0..6 are road .. traffic light.
sed 's/"id2label": {[^}]*}/"num_labels": 19/; s/"toys"/"cityscapes"/' tiny.json >tiny19.json
volo-model init --config tiny19.json --classes 19 --seed 7 --out tiny19.safetensors
mkdir -p tree/leftImg8bit/val/town tree/gtFine/val/town
number=0
for shade in '\177' '\010' '\300'; do
    name=town_00000${number}_000019
    picture shade.ppm 32 48 $shade
    volo-segment --quiet --no-color --model tiny19.safetensors --dataset cityscapes --write labelid --out shade shade.ppm
    mv shade.ppm tree/leftImg8bit/val/town/${name}_leftImg8bit.png
    mv shade/labelid/shade.png tree/gtFine/val/town/${name}_gtFine_labelIds.png
    number=$((number + 1))
done
rm -r shade
