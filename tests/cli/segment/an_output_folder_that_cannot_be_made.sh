touch file
volo-segment -m "$FIXTURES/tiny.safetensors" -o file "$FIXTURES/grey.ppm"; echo $?
volo-segment -m "$FIXTURES/tiny.safetensors" -o file/below "$FIXTURES/grey.ppm"; echo $?
volo-segment -m "$FIXTURES/tiny.safetensors" --dump-tensors no/t "$FIXTURES/grey.ppm"; echo $?
