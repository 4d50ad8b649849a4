cd "$FIXTURES"
volo-segment -m tiny.safetensors --max-pixels 1535 grey.ppm -o "$OLDPWD/out"; echo $?
volo-segment -q -m tiny.safetensors --max-pixels 1536 grey.ppm -o "$OLDPWD/out"; echo $?
