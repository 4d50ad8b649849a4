# Reading ahead and writing behind give the same files, texts and codes as one after the other:
# with failures, batches, pictures of several sizes, little memory, and a run that ends early.
mkdir pictures
for i in 1 2 3 5 6 7 8; do
    cp "$FIXTURES/grey.ppm" pictures/$i.ppm
    cp "$FIXTURES/dark.ppm" pictures/$i-dark.ppm
done
{ printf 'P6\n40 36\n255\n'; head -c 4320 /dev/zero | tr '\0' '\144'; } >pictures/4.ppm
{ printf 'P6\n400 360\n255\n'; head -c 432000 /dev/zero | tr '\0' '\144'; } >pictures/4-large.ppm
printf broken >pictures/2-broken.ppm
printf broken >pictures/6-broken.ppm
same()
{
    for overlap in '' --no-overlap; do
        volo-segment -m "$FIXTURES/tiny.safetensors" --progress none -w trainid,overlay -o out$overlap $overlap "$@" pictures \
            >seen$overlap 2>err$overlap
        echo $? >code$overlap
        sed -i 's/ *[0-9.]* s$//;s/"seconds": [0-9.]*//;s/out--no-overlap/out/g' seen$overlap
    done
    cmp seen seen--no-overlap && diff err err--no-overlap && cmp code code--no-overlap &&
        diff -r out out--no-overlap && echo "$* $(cat code) $(ls out/trainid | wc -l)"
    rm -r out out--no-overlap
}
same
same --json --batch 3
same --fail-fast
same --fail-fast --batch 4
same --max-memory 12M
same --max-memory 12M --batch 5
same --verbose
# A folder in the way of one result: what follows is written, or with --fail-fast is not.
blocked()
{
    for overlap in '' --no-overlap; do
        mkdir -p out$overlap/trainid/5.png
        volo-segment -q -m "$FIXTURES/tiny.safetensors" -w trainid -o out$overlap $overlap "$@" pictures 2>/dev/null
        echo $? $(find out$overlap -type f | wc -l)
        rm -r out$overlap
    done
}
blocked
blocked --fail-fast
