cd "$FIXTURES"
volo-segment -m tiny.safetensors -o "$OLDPWD/out" grey.ppm broken.png small.ppm no-such.ppm dark.ppm
code=$?
cd - >/dev/null
find out -type f | sort
exit $code
