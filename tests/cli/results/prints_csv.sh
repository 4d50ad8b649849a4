set=$GOLDENS/eval/cityscapes/predicted_only
volo-eval score --gt "$set/gtFine" --pred "$set/pred" --csv
