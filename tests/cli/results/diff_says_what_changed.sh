set=$GOLDENS/eval/cityscapes/every_class
mkdir perfect
for labels in "$set"/gtFine/val/*/*_labelIds.png; do cp "$labels" perfect/; done
volo-eval score --gt "$set/gtFine" --pred "$set/pred" --json >a.json
volo-eval score --gt "$set/gtFine" --pred perfect --json >b.json
volo-eval diff a.json b.json --top 2
volo-eval diff b.json a.json --json --top 1 --samples 100 --seed 7
volo-eval diff a.json b.json --threads 1 >one
volo-eval diff a.json b.json --threads 2 >two
cmp one two
