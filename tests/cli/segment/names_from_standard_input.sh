cp "$FIXTURES/grey.ppm" one.ppm
mkdir folder
cp "$FIXTURES/dark.ppm" folder/two.ppm
printf 'one.ppm\n\nfolder' | volo-segment -q -m "$FIXTURES/tiny.safetensors" --files-from -
find volo-out -type f | sort
