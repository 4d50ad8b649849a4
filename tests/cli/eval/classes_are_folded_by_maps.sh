mkdir -p lite/leftImg8bit/val/d lite/gtFine/val/d
cp $FIXTURES/grey.ppm lite/leftImg8bit/val/d/0_image.jpg
volo-segment -q -m $FIXTURES/tiny.safetensors -w trainid -o masks $FIXTURES/grey.ppm
cp masks/trainid/grey.png lite/gtFine/val/d/0_label.png
volo-eval run -m $FIXTURES/tiny19.safetensors -d iddlite -r lite >table; echo $?
head -n 1 table
volo-eval run -m $FIXTURES/tiny19.safetensors -d iddlite -r lite --json | sed -n '/"map": {/,/]/p' | head -n 5
volo-eval run -q -m $FIXTURES/tiny.safetensors -d iddlite -r lite; echo $?
printf '0\t0\n1\t1\n2\t2\n3\t3\n4\t4\n5\t5\n6\tsky\n' >map.tsv
volo-eval run -m $FIXTURES/tiny.safetensors -d iddlite -r lite --map map.tsv | grep mIoU
printf '0\t0\n' >short.tsv
volo-eval run -q -m $FIXTURES/tiny.safetensors -d iddlite -r lite --map short.tsv; echo $?
