eval="volo-eval run -q -m $FIXTURES/tiny19.safetensors -d cityscapes -r $FIXTURES/tree"
$eval --out here
exec 9<>here/journal
flock 9
$eval --out here --resume; echo $?
$eval --out here --restart; echo $?
volo-eval merge here; echo $?
