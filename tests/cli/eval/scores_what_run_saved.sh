eval="volo-eval run -q -m $FIXTURES/tiny.safetensors -d cityscapes --map map.tsv -r $FIXTURES/tree"
for i in 0 1 2 3 4 5 6; do printf '%d\t%d\n' $i $((6 - i)); done >map.tsv
$eval --save-pred pred --json >run.json
volo-eval score --pred pred/labelid --gt $FIXTURES/tree --json >score.json
volo-eval score --pred pred/labelid --gt $FIXTURES/tree/gtFine/val --json >folder.json
find pred -type f | sort
matrix() { sed -n '/"confusion"/,/]\n*$/p; /"scores"/,/classes/p' $1; }
matrix run.json >1; matrix score.json >2; matrix folder.json >3
[ "$(wc -l <1)" -gt 5 ] && cmp 1 2 && cmp 1 3 && echo equal
