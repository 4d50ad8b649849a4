volo-segment -m "$FIXTURES/tiny.safetensors" -w color,trainid,labelid,palette,overlay,color,legend,contour,confidence,entropy \
    -d "$FIXTURES/classes7.tsv" "$FIXTURES/grey.ppm"
find volo-out -type f | sort
