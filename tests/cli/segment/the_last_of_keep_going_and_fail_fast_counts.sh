cd "$FIXTURES"
volo-segment -q -m tiny.safetensors --fail-fast --keep-going -o "$OLDPWD/out" broken.png dark.ppm
