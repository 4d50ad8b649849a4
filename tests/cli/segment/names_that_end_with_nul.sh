mkdir in
cp "$FIXTURES/grey.ppm" "$(printf 'in/two\nlines.ppm')"
cp "$FIXTURES/dark.ppm" "$(printf 'in/bytes\377.ppm')"
find in -name "*.ppm" -print0 | sort -z >list
volo-segment -m "$FIXTURES/tiny.safetensors" --files-from list -0 -o out | grep -a ppm
find out -type f -print0 | LC_ALL=C tr '\0\n\377' '\n|#' | sort
