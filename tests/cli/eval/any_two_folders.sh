mkdir -p pictures labels
cp $FIXTURES/grey.ppm pictures/a.png
cp $FIXTURES/dark.ppm pictures/b.ppm
volo-segment -q -m $FIXTURES/tiny.safetensors -d $FIXTURES/classes7.tsv -w labelid -o masks pictures
cp masks/labelid/*.png labels/
volo-eval run -m $FIXTURES/tiny.safetensors --images pictures --labels labels; echo $?
volo-eval run -q -m $FIXTURES/tiny.safetensors --images pictures --labels labels --table $FIXTURES/classes7.tsv; echo $?
for i in 0 1 2 3 4 5 6; do printf '%d\t%d\n' $i $i; done >map.tsv
volo-eval run -m $FIXTURES/tiny.safetensors --images pictures --labels labels --table $FIXTURES/classes7.tsv \
    --map map.tsv | grep mIoU
volo-eval score --table $FIXTURES/classes7.tsv --pred masks/labelid --gt labels | grep mIoU
