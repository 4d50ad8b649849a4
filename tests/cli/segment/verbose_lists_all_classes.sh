volo-segment -v -m "$FIXTURES/tiny.safetensors" "$FIXTURES/grey.ppm" >text 2>notes
volo-segment --json -m "$FIXTURES/tiny.safetensors" "$FIXTURES/grey.ppm" | grep -o '"name"' | wc -l >classes
[ "$(grep -c % text)" = "$(cat classes)" ] && echo all
