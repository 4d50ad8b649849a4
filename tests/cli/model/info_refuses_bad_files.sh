volo-model info no-such; echo $?
cp "$FIXTURES/broken.png" .
volo-model info broken.png; echo $?
volo-model info --input 8 "$FIXTURES/tiny.safetensors"; echo $?
volo-model info --tensors; echo $?
volo-model info a b; echo $?
