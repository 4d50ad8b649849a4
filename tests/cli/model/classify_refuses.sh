cp "$GOLDENS/classifier/model.safetensors" "$GOLDENS/classifier/picture_75x110.png" .
volo-model classify; echo $?
volo-model classify picture_75x110.png picture_75x110.png; echo $?
volo-model classify picture_75x110.png -m model.safetensors --crop-pct 0; echo $?
volo-model classify picture_75x110.png -m model.safetensors --top 0; echo $?
volo-model classify picture_75x110.png -m "$FIXTURES/tiny.safetensors"; echo $?
volo-model classify "$FIXTURES/broken.png" -m model.safetensors; echo $?
echo one >names
volo-model classify picture_75x110.png -m model.safetensors --labels names; echo $?
seq 1 12 >names
volo-model classify picture_75x110.png -m model.safetensors --labels names; echo $?
volo-model classify picture_75x110.png -m model.safetensors --labels absent; echo $?
volo-model classify picture_75x110.png -m model.safetensors --labels .; echo $?
volo-segment picture_75x110.png -m model.safetensors; echo $?
