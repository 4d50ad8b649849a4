cp "$FIXTURES/grey.ppm" "$FIXTURES/broken.png" .
volo-segment -m "$FIXTURES/tiny.safetensors" --dry-run grey.ppm broken.png; echo $?
volo-segment -m "$FIXTURES/tiny.safetensors" -n --csv grey.ppm; echo $?
volo-segment -m "$FIXTURES/tiny.safetensors" -n --json grey.ppm; echo $?
ls
