cp "$FIXTURES/grey.ppm" .
volo-segment -m no-such grey.ppm; echo $?
VOLO_MODEL=no-such volo-segment grey.ppm; echo $?
volo-segment -m grey.ppm grey.ppm -o out; echo $?
head -c 1000 "$FIXTURES/tiny.safetensors" >cut.safetensors
volo-segment -m cut.safetensors grey.ppm; echo $?
mkdir folder
volo-segment -m folder grey.ppm; echo $?
ls
