cd "$FIXTURES"
for i in 1 2 3; do cp grey.ppm "$OLDPWD/$i.ppm"; done
cd "$OLDPWD"
allowed=12
until volo-segment -q -t 1 -m "$FIXTURES/tiny.safetensors" --max-memory ${allowed}M 1.ppm -o alone 2>/dev/null; do
    allowed=$((allowed + 1))
done
mkdir many
for i in $(seq 200); do cp 1.ppm many/$i.ppm; done
volo-segment -q -t 1 -m "$FIXTURES/tiny.safetensors" --max-memory ${allowed}M --batch 200 many -o together
echo $?
find together -name '*.png' | wc -l
