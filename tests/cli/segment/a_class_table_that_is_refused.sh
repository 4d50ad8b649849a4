cd "$FIXTURES"
volo-segment -m tiny.safetensors -d cityscapes grey.ppm -o "$OLDPWD/out"; echo $?
volo-segment -m tiny.safetensors -d no-such grey.ppm -o "$OLDPWD/out"; echo $?
volo-segment -m tiny.safetensors -d tiny.json grey.ppm -o "$OLDPWD/out"; echo $?
ls "$OLDPWD"
