volo-eval run --model $FIXTURES/tiny.safetensors --dataset cityscapes --root $FIXTURES/tree; echo $?
volo-eval run --model $FIXTURES/tiny19.safetensors --dataset cityscapes --root $FIXTURES/tree
