cp "$FIXTURES/tiny.safetensors" m
volo-model info m
