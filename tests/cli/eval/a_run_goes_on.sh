eval="volo-eval run -q -m $FIXTURES/tiny19.safetensors -d cityscapes -r $FIXTURES/tree"
$eval --out whole
cp -r whole torn
rm torn/result.*
truncate -s -3 torn/journal
$eval --out torn; echo $?
$eval --out torn --resume --flip; echo $?
$eval --out torn --resume --exact; echo $?
$eval --out torn --resume --no-boundaries; echo $?
cp $FIXTURES/tiny19.safetensors other.safetensors
volo-model init -q --config $FIXTURES/tiny19.json --classes 19 --seed 8 --out other.safetensors
volo-eval run -q -m other.safetensors -d cityscapes -r $FIXTURES/tree --out torn --resume 2>&1 | sed 's/[0-9a-f]\{64\}/HASH/g'
volo-eval run --list -d cityscapes -r $FIXTURES/tree -m $FIXTURES/tiny19.safetensors | head -n 2 >two
$eval --out torn --resume --files two 2>&1 | sed 's/[0-9a-f]\{64\}/HASH/g'
volo-eval run -v --progress none -m $FIXTURES/tiny19.safetensors -d cityscapes -r $FIXTURES/tree --out torn --resume >table 2>notes; echo $?
grep cut notes
cmp whole/result.json torn/result.json && grep '"resumed"' torn/run.json
$eval --out torn --restart; echo $?
grep '"resumed"' torn/run.json
