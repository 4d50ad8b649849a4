for size in none 64 64x96 96x64:keep; do
    volo-segment -q -m "$FIXTURES/tiny.safetensors" --resize $size --exact --cpu base \
        --dump-tensors t "$FIXTURES/grey.ppm" && grep -aoE '"input":[^]]*]' t
done
