set=$GOLDENS/eval/cityscapes/every_class
volo-eval score --gt "$set/gtFine" --pred "$set/pred"
