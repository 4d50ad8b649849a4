set=$GOLDENS/eval/cityscapes/every_class
volo-eval score --gt "$set/gtFine" --pred "$set/pred" --json >a.json
for out in a.gif a no/such/a.svg .; do
    volo-eval confusion a.json --out "$out"
    echo "$?"
done
volo-eval confusion a.json
echo "$?"
volo-eval confusion --out a.svg
echo "$?"
volo-eval confusion b.json --out a.svg
echo "$?"
volo-eval confusion a.json --out a.svg --normalise all
echo "$?"
(ulimit -f 1; volo-eval confusion a.json --out a.pdf)
echo "$?"
ls
