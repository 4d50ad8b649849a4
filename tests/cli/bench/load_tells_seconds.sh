volo-bench load -m "$FIXTURES/tiny.safetensors" -n 3 --json |
    sed -E 's/("(seconds|min|max|spread|gbs|peak_rss)": )[0-9.]+/\1N/; s/("model": ").*\//\1/'
volo-bench load -m "$FIXTURES/tiny.safetensors" | sed -E 's/.*tiny/tiny/; s/[0-9]+\.[0-9]+/N/g'
