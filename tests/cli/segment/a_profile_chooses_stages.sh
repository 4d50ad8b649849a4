cp "$GOLDENS/mln/model.safetensors" mln.safetensors
cp "$GOLDENS/f2p/model.safetensors" f2p.safetensors
for profile in auto direct zy; do
    volo-segment -q -m mln.safetensors --profile $profile -w trainid -o $profile "$GOLDENS/classifier/picture_75x110.png"
    sha256sum $profile/trainid/*.png | cut -d ' ' -f 1 >$profile.sum
done
cmp auto.sum direct.sum && echo 'auto is direct'
cmp -s direct.sum zy.sum || echo 'zy is another'
volo-segment -q -m f2p.safetensors --profile zy "$FIXTURES/grey.ppm"; echo $?
volo-segment --profile other "$FIXTURES/grey.ppm"; echo $?
