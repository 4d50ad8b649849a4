volo-eval; echo $?
volo-eval none; echo $?
run() { volo-eval run "$@"; echo $?; }
run
run -d cityscapes
run --images a
run --images a --labels b -d cityscapes
run -d cityscapes -r x --table t
run -d cityscapes -r x --resume
run -d cityscapes -r x --shard 1/2
run -d cityscapes -r x --out o --resume --restart
run -d cityscapes -r x --out o --shard 0/2
run -d cityscapes -r x --out o --shard 3/2
run -d cityscapes -r x --out o --shard 1of2
run -d cityscapes -r x --out o --shard auto
run -d cityscapes -r x --boundary-ratio 0
run -d cityscapes -r x --convention mine
run -d none -r x -m $FIXTURES/tiny19.safetensors
run -d cityscapes -r none -m $FIXTURES/tiny19.safetensors
run -d cityscapes -r $FIXTURES/tree --split none -m $FIXTURES/tiny19.safetensors
run -d cityscapes -r $FIXTURES/tree -m none
OMPI_COMM_WORLD_SIZE=2 volo-eval run -d cityscapes -r x; echo $?
volo-eval score; echo $?
volo-eval score --gt x; echo $?
volo-eval score --table x --dataset y --gt x --pred y; echo $?
volo-eval datasets a b; echo $?
volo-eval datasets none; echo $?
volo-eval score -d none --gt x --pred y; echo $?
