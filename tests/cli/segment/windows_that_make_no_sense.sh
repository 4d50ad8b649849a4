cd "$FIXTURES"
for options in "--crop 32" "--mode whole --stride 8" "--mode slide --crop 8" "--mode slide --crop 32 --stride 33" \
    "--mode slide --dump-tensors t" "--flip --dump-tensors t" "--scales 0.25"; do
    volo-segment -m tiny.safetensors grey.ppm -o "$OLDPWD/out" $options
    echo "$? $options"
done 2>&1
