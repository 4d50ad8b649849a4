cd "$FIXTURES"
VOLO_MODEL=tiny.safetensors volo-segment -q -o "$OLDPWD/out" grey.ppm && find "$OLDPWD/out" -type f | grep -c grey
