for opacity in 0 1 .5; do
    volo-segment -q -m "$FIXTURES/tiny.safetensors" -w overlay,color -o $opacity --opacity $opacity \
        "$FIXTURES/grey.ppm"
done
volo-segment -q -m "$FIXTURES/tiny.safetensors" -w overlay -o default "$FIXTURES/grey.ppm"
cmp 1/overlay/grey.png 1/color/grey.png && echo '1: the colours'
cmp -s 0/overlay/grey.png 0/color/grey.png || echo '0: not the colours'
cmp default/overlay/grey.png .5/overlay/grey.png && echo 'default: half'
