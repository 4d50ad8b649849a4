# The last checkpoint stays as it is.
train="--network $FIXTURES/tiny19.json --data cityscapes:$FIXTURES/tree,split=val --crop 32 --batch 2 --quiet
 --save-every 1 --optimizer sgd --momentum 0 --schedule constant --clip 0"
volo-train run $train --out o --steps 3 --lr 1e6
echo $?
volo-model info o/last.safetensors | grep -c '19 of cityscapes' # it is whole
test -s o/state/training.state && echo kept
