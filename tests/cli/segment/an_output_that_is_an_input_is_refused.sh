mkdir -p volo-out/color
cp "$FIXTURES/grey.ppm" volo-out/color/x.png
cp "$FIXTURES/dark.ppm" y.ppm
ln y.ppm volo-out/color/y.png
cp "$FIXTURES/dark.ppm" z.ppm
ln -s ../../z.ppm volo-out/color/z.png
cp "$FIXTURES/tiny.safetensors" m
before=$(cat m ./*.ppm volo-out/color/* | cksum)
volo-segment -m m volo-out/color/x.png; echo $?
volo-segment -m m y.ppm; echo $?
volo-segment -m m z.ppm; echo $?
volo-segment -m m "$FIXTURES/grey.ppm" --dump-tensors m; echo $?
volo-segment -m m "$FIXTURES/grey.ppm" --dump-tensors ./../$(basename "$PWD")/m; echo $?
[ "$before" = "$(cat m ./*.ppm volo-out/color/* | cksum)" ] && echo untouched
