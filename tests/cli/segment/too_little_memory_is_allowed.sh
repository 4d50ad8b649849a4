cd "$FIXTURES"
volo-segment -m tiny.safetensors --max-memory 1M grey.ppm -o "$OLDPWD/out"
