set=$GOLDENS/eval/cityscapes/every_class
volo-eval score --gt "$set/gtFine" --pred "$set/pred" --out out --shard 2/2 --markdown --cityscapes-json all.json
volo-eval score --gt "$set/gtFine" --pred "$set/pred" --out json --shard 2/2 --json | grep -E '"(shard|scores)"'
volo-eval diff json/shard-2-of-2/result.json json/shard-2-of-2/result.json
echo "$?"
ls
