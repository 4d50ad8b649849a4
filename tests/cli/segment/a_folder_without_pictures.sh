mkdir empty
volo-segment -m "$FIXTURES/tiny.safetensors" empty
