# A limit on the size of files stands for the full disk: the tensors take more than 8 KiB.
(
    ulimit -f 16
    volo-segment -m "$FIXTURES/tiny.safetensors" -w trainid --dump-tensors tensors "$FIXTURES/grey.ppm"
)
echo $?
find . -type f
