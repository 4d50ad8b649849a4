config="$FIXTURES/tiny.json"
volo-model init --config "$config" --seed 7 -o a
volo-model init --config "$config" --seed 7 -o b
volo-model init --config "$config" --seed 8 -o c
cmp a b && cmp a "$FIXTURES/tiny.safetensors" && echo same
cmp -s a c || echo other
volo-model init --config "$config" --img-size 32x48 -o d
volo-model info --json d | grep img_size
