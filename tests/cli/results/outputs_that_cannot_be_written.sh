set=$GOLDENS/eval/cityscapes/every_class
score()
{
    volo-eval score --gt "$set/gtFine" --pred "$set/pred" --quiet "$@"
    echo "$?"
}
: >file
score --per-image no/such/images.csv
score --cityscapes-json file/result.json
score --report file
volo-eval score --gt "$set/gtFine" --pred "$set/pred" --json >/dev/full
echo "$?"
# Files of at most 10 KiB stand for a full disk.
limited()
{
    (ulimit -f 20; exec volo-eval score --gt "$set/gtFine" --pred "$set/pred" --quiet "$@")
    echo "$?"
}
limited --report report --per-image images.csv
limited --cityscapes-json result.json
ls . report
