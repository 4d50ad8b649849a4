cp "$FIXTURES/grey.ppm" .
for out in volo-out volo-out ./volo-out; do
    volo-segment -q -m "$FIXTURES/tiny.safetensors" -o $out .
done
find . -type f | sort
mkdir same
cp "$FIXTURES/grey.ppm" same
volo-segment -q -m "$FIXTURES/tiny.safetensors" same -o same
volo-segment -q -m "$FIXTURES/tiny.safetensors" same -o same -w overlay
find same -type f | sort
