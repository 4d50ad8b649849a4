set=$GOLDENS/eval/cityscapes/groups
volo-eval score --gt "$set/gtFine" --pred "$set/pred" --json
