cp "$GOLDENS/classifier/model.safetensors" "$GOLDENS/classifier/picture_75x110.png" .
volo-model classify picture_75x110.png --model model.safetensors; echo $?
for i in 0 1 2 3 4 5 6 7 8 9 10; do echo "thing $i"; done >names
volo-model classify picture_75x110.png -m model.safetensors --top 2 --labels names
volo-model classify picture_75x110.png -m model.safetensors --top 1 --labels names --json
volo-model classify picture_75x110.png -m model.safetensors --top 1 --crop-pct 1.15 --input 64x96 --json | grep -c probability
volo-model classify picture_75x110.png -m model.safetensors --top 99 | wc -l
