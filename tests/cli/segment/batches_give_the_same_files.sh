cd "$FIXTURES"
mkdir -p "$OLDPWD/pictures"
cd "$OLDPWD/pictures"
for i in 1 2 3 5; do
    cp "$FIXTURES/grey.ppm" $i.ppm
    cp "$FIXTURES/dark.ppm" $i-dark.ppm
done
{ printf 'P6\n40 36\n255\n'; head -c 4320 /dev/zero | tr '\0' '\144'; } >4.ppm
printf broken >2-broken.ppm
cd ..
for n in 1 2 3 100; do
    volo-segment -m "$FIXTURES/tiny.safetensors" -w trainid -o out$n --batch $n pictures >seen$n 2>err$n
    echo $?
    sed 's/ *[0-9.]* s$//;s/out[0-9]*//' seen$n >text$n
    cmp err1 err$n && cmp text1 text$n && diff -r out1 out$n && ls out$n/trainid | wc -l
done
cat err1
