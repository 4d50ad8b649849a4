volo-bench model -m "$FIXTURES/tiny.safetensors" --input 32 --exact --cpu base -t 1 -n 2 |
    sed -E 's/.*(tiny)/\1/; s/[0-9]+\.[0-9]+/N/g; s/[0-9]+ %/N %/; s/ +N/ N/g'
