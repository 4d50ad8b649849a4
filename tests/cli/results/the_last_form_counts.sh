set=$GOLDENS/eval/cityscapes/absent
volo-eval score --gt "$set/gtFine" --pred "$set/pred" --json --markdown --csv | head -n 2
