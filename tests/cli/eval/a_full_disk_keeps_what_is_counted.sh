eval="volo-eval run -q -m $FIXTURES/tiny19.safetensors -d cityscapes -r $FIXTURES/tree"
$eval --out whole
size=$(stat -c %s whole/journal)
(ulimit -f $(((size - 1) / 512)) && exec $eval --out full); echo $?
$eval --out full --resume; echo $?
cmp whole/result.json full/result.json && echo same
grep '"resumed"' full/run.json
