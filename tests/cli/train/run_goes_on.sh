set -e
train="--network $FIXTURES/tiny19.json --data cityscapes:$FIXTURES/tree,split=val --crop 32 --batch 2 --steps 4
 --save-every 1 --quiet"
volo-train run $train --out whole
volo-train run $train --out parts --stop-at 2
cp -r parts late
volo-train run $train --out parts --resume
volo-train run --out late --resume --quiet # by its own config.json
cmp whole/last.safetensors parts/last.safetensors
cmp whole/state/training.state parts/state/training.state
cmp whole/state/training.state late/state/training.state
set +e
echo 'A training is not overwritten, and its options stay.'
volo-train run $train --out parts; echo $?
volo-train run --out parts --resume --quiet; echo $?
volo-train run --out parts --resume --lr 0.5; echo $?
volo-train run --out parts --resume --batch 3; echo $?
volo-train run --out parts --resume --ema 0.5; echo $?
volo-train run --out parts --resume --hidden-size 24; echo $?
printf x >>parts/state/training.state
volo-train run --out parts --resume; echo $?
volo-train run $train --out parts --restart; echo $?
cmp whole/state/training.state parts/state/training.state
echo 'One at a time:'
flock parts/state/lock volo-train run $train --out parts --restart; echo $?
