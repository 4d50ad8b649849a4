cd "$FIXTURES"
volo-segment -m tiny.safetensors -o "$OLDPWD/out" broken.png small.ppm
