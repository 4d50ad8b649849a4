set=$GOLDENS/eval/cityscapes/void
volo-eval score --gt "$set/gtFine" --pred "$set/pred" --markdown
set=$GOLDENS/eval/cityscapes/absent
volo-eval score --gt "$set/gtFine" --pred "$set/pred" --markdown --convention csail
