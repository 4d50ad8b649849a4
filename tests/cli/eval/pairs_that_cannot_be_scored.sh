cp -r $FIXTURES/tree tree
labels=tree/gtFine/val/town
mkdir pred
for i in 0 1 2; do cp $labels/town_00000${i}_000019_gtFine_labelIds.png pred/town_00000${i}_000019.png; done
score() { volo-eval score -q --pred pred --gt tree "$@"; echo $?; }
score
cp pred/town_000001_000019.png pred/town_000001_000019_again.png
score
score --keep-going
rm pred/town_000001_000019*
score
score --keep-going
volo-segment -q -m $FIXTURES/tiny.safetensors -w labelid -o other $FIXTURES/small.ppm $FIXTURES/grey.ppm 2>/dev/null
printf 'P5 16 16 255\n' >square.pgm; head -c 256 /dev/zero >>square.pgm
volo-segment -q -m $FIXTURES/tiny.safetensors -w labelid -o other square.pgm
cp other/labelid/square.png pred/town_000001_000019.png
score
volo-segment -q -m $FIXTURES/tiny.safetensors -w color -o other $FIXTURES/grey.ppm
cp other/color/grey.png pred/town_000001_000019.png
score
cp $FIXTURES/broken.png pred/town_000001_000019.png
score --keep-going
printf 'town/town_000000_000019\ntown/town_000002_000019\n' >two
score --files two
printf 'town/town_000000_000019\ntown/none\n' >wrong
score --files wrong
rm $labels/*0_000019* tree/leftImg8bit/val/town/*1_000019*
volo-eval run -q -m $FIXTURES/tiny19.safetensors -d cityscapes -r tree; echo $?
volo-eval run -q -m $FIXTURES/tiny19.safetensors -d cityscapes -r tree --keep-going; echo $?
