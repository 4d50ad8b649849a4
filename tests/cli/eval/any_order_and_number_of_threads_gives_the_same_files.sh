run="volo-eval run -q -m $FIXTURES/tiny19.safetensors -d cityscapes -r $FIXTURES/tree --save-pred pred"
score="volo-eval score -q --pred pred/labelid --gt $FIXTURES/tree"
volo-eval run --list -m $FIXTURES/tiny19.safetensors -d cityscapes -r $FIXTURES/tree | tee names
sort -r names >backwards
$run --out r1 --threads 1
$run --out r2 --threads 2 --files backwards
$score --out s1 --threads 1
$score --out s3 --threads 3 --files backwards
for file in result.json result.csv result.md images.csv; do
    cmp r1/$file r2/$file && cmp s1/$file s3/$file && echo "$file: same"
done
