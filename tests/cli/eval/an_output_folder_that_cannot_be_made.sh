: >file
eval="volo-eval run -q -m $FIXTURES/tiny19.safetensors -d cityscapes -r $FIXTURES/tree"
$eval --out file/out; echo $?
$eval --out /proc/out; echo $?
$eval --save-pred file/out; echo $?
