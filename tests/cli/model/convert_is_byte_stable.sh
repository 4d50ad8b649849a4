cp "$FIXTURES/tiny.safetensors" m
volo-model convert m --out a.safetensors
volo-model convert --dtype f32 a.safetensors -o b.safetensors
cmp a.safetensors b.safetensors && echo same
volo-model convert m --dtype f16 -o half.safetensors
volo-model convert half.safetensors --dtype f16 -o again.safetensors
cmp half.safetensors again.safetensors && echo same
[ "$(wc -c <half.safetensors)" -lt $(($(wc -c <m) * 6 / 10)) ] && echo smaller
volo-model verify -q half.safetensors && echo sound
