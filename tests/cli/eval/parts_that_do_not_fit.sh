eval="volo-eval run -q -m $FIXTURES/tiny19.safetensors -d cityscapes -r $FIXTURES/tree"
$eval --out a --shard 1/2
volo-eval merge a; echo $?
$eval --out b --shard 1/3
volo-eval merge a b; echo $?
$eval --out c --shard 2/2 --flip
volo-eval merge a c; echo $?
volo-eval merge $FIXTURES; echo $?
volo-eval merge; echo $?
mkdir d
printf 'Dear Sir' >d/journal
volo-eval merge d; echo $?
