cd "$FIXTURES"
volo-segment -m tiny.safetensors --fail-fast -o "$OLDPWD/out" grey.ppm broken.png dark.ppm
code=$?
cd - >/dev/null
find out -type f | sort
exit $code
