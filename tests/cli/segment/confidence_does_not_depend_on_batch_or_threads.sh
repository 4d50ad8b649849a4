cd "$FIXTURES"
run()
{
    name=$1
    shift
    volo-segment -q -m tiny.safetensors -w trainid,confidence,entropy -o "$OLDPWD/$name" grey.ppm dark.ppm "$@"
}
for protocol in '--mode whole' '--mode slide --crop 24x32 --stride 16x20' '--scales .75,1.25 --flip'; do
    rm -rf "$OLDPWD/one" "$OLDPWD/two" "$OLDPWD/three"
    run one --threads 1 $protocol && run two --threads 2 --batch 2 $protocol && run three --threads 3 $protocol
    diff -r "$OLDPWD/one" "$OLDPWD/two" && diff -r "$OLDPWD/one" "$OLDPWD/three" && echo "same: $protocol"
    volo-segment -q -m tiny.safetensors -w trainid -o "$OLDPWD/plain" grey.ppm dark.ppm $protocol
    diff -r "$OLDPWD/plain/trainid" "$OLDPWD/one/trainid" && echo 'same labels as without'
done
cd "$OLDPWD"
find one -type f | sort
