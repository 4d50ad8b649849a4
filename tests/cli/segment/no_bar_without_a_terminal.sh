volo-segment --quiet --progress bar -m "$FIXTURES/tiny.safetensors" "$FIXTURES/grey.ppm"
volo-segment --quiet --progress none -m "$FIXTURES/tiny.safetensors" "$FIXTURES/dark.ppm"
