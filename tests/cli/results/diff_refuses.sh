set=$GOLDENS/eval/cityscapes/every_class
volo-eval score --gt "$set/gtFine" --pred "$set/pred" --json >a.json
volo-eval score --gt "$set/gtFine" --pred "$set/pred" --json --convention hf >hf.json
set=$GOLDENS/eval/cityscapes/absent
volo-eval score --gt "$set/gtFine" --pred "$set/pred" --json >absent.json
cp "$set/expected.json" cityscapes.json
head -c 3000 a.json >cut.json
for other in hf.json absent.json cut.json nothing.json cityscapes.json .; do
    volo-eval diff a.json "$other"
    echo "$?"
done
volo-eval diff a.json
echo "$?"
volo-eval diff a.json a.json --samples 0
echo "$?"
volo-eval diff a.json a.json >/dev/full
echo "$?"
