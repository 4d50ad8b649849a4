# Stages are timed over all windows; the labels come last.
volo-bench model -m "$FIXTURES/tiny.safetensors" --input 64x128 --mode slide --crop 64 --stride 32 -n 1 --json |
    tr -d '\n' | grep -oE '"(measured|macs|runs|name)": [^,]*' | sed -n '1,3p; /"labels"/p' | uniq
volo-bench model -m "$FIXTURES/tiny.safetensors" --input 64x128 --picture -n 3 --json |
    grep -E '"(measured|runs)"|"name": "(input|labels)"' | uniq
