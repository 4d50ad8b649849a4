mkdir a b
cp "$FIXTURES/grey.ppm" a/x.ppm
cp "$FIXTURES/grey.ppm" a/x.png
cp "$FIXTURES/grey.ppm" b/x.ppm
volo-segment -m "$FIXTURES/tiny.safetensors" a; echo $?
volo-segment -m "$FIXTURES/tiny.safetensors" a/x.ppm b; echo $?
volo-segment -m "$FIXTURES/tiny.safetensors" b/x.ppm b/x.ppm; echo $?
volo-segment -m "$FIXTURES/tiny.safetensors" --dump-tensors volo-out/color/x.png b; echo $?
ls
