volo-segment -m "$FIXTURES/tiny.safetensors" --files-from - </dev/null; echo $?
volo-segment -m "$FIXTURES/tiny.safetensors" --files-from no-such; echo $?
