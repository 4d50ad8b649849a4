for threads in 1 2 3; do
    volo-segment -q -m "$FIXTURES/tiny.safetensors" -t $threads -o out$threads -w trainid,overlay \
        --dump-tensors tensors$threads "$FIXTURES/grey.ppm"
done
cmp tensors1 tensors2 && cmp tensors1 tensors3
diff -r out1 out2 && diff -r out1 out3 && echo same
