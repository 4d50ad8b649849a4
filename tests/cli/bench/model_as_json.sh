# Numbers that depend on the machine are N; those of the network are not.
volo-bench model -m "$FIXTURES/tiny.safetensors" --input 64x96 -b 2 -t 2 -n 1 --json |
    sed -E 's/("(seconds|min|max|spread|share|gflops|peak_gflops|share_of_peak|peak_rss)": )[0-9.]+/\1N/
        s/("model": ").*\//\1/; s/("cpu": ").*"/\1LEVEL"/' >json
python3 -c 'import json; json.loads(open("json").read().replace(": N", ": 0"))' && cat json
