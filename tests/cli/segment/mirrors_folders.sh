mkdir -p town/a/b town/.hidden other
cp "$FIXTURES/grey.ppm" town/1.ppm
cp "$FIXTURES/grey.ppm" town/a/2.PPM
cp "$FIXTURES/dark.ppm" town/a/b/1.two.pgm
cp "$FIXTURES/dark.ppm" town/.hidden/3.ppm
cp "$FIXTURES/dark.ppm" town/.4.ppm
cp "$FIXTURES/dark.ppm" other/picture.dat
echo text >town/notes.txt
ln -s .. town/a/loop
ln -s ../town/a other/link
volo-segment -q -m "$FIXTURES/tiny.safetensors" -o out town/ other other/picture.dat -w trainid
find out -type f | sort
