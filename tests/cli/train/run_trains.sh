# What a training leaves: models that every program opens, a log, curves, and its configuration.
set -e
train="--network $FIXTURES/tiny19.json --data cityscapes:$FIXTURES/tree,split=val --val cityscapes:$FIXTURES/tree
 --crop 32 --batch 2 --steps 4 --log-every 2 --val-every 2 --ema 0.9 --dtype f16"
volo-train run $train --out o --verbose --progress none 2>&1 | sed 's/[0-9.]* %/N %/g; s/ [0-9]* MiB/ N MiB/; s/, the best so far//'
find o -type f | sort
sed 's/"classes": {.*}}/"classes": {...}}/; s/[0-9.]*[0-9]\([,}]\)/N\1/g; s/"best": [a-z]*/"best": B/' o/log.jsonl
volo-model verify --quiet o/best.safetensors | sed 's/sha256.*/sha256/'
volo-model info o/last.safetensors | grep -E 'data set|classes|f16' | head -n 4
volo-segment --quiet --model o/best.safetensors --write trainid --out masks $FIXTURES/grey.ppm
ls masks/trainid
volo-eval run --quiet --model o/best.safetensors -d cityscapes -r $FIXTURES/tree --json | grep -c '"miou"'
head -c 15 o/report.html; echo
# The configuration trains the same again.
volo-train run --config o/config.json --out again --quiet
cmp o/last.safetensors again/last.safetensors
cmp o/best.safetensors again/best.safetensors
cmp o/config.json again/config.json
