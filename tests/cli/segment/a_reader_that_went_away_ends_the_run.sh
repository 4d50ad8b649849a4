mkdir in
for i in 1 2 3 4 5 6 7 8 9; do
    ln -s "$FIXTURES/grey.ppm" in/$i.ppm
done
{
    volo-segment --json -m "$FIXTURES/tiny.safetensors" in
    echo $? >code
} | :
cat code
