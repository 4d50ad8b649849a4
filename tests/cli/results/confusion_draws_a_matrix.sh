set=$GOLDENS/eval/cityscapes/every_class
volo-eval score --gt "$set/gtFine" --pred "$set/pred" --json >a.json
volo-eval confusion a.json --out a.svg
volo-eval confusion a.json --out again.svg
cmp a.svg again.svg
volo-eval confusion a.json --out a.pdf --normalise none --title 'All <pixels>'
volo-eval confusion a.json --out a.png --normalise column --top 5 --scale 1
head -c 5 a.svg; echo
head -c 5 a.pdf; echo
head -c 4 a.png | tail -c 3; echo
ls
