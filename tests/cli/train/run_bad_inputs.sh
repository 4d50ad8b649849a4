# Known before the first step: nothing is left but the folder.
data="--data cityscapes:$FIXTURES/tree,split=val"
net="--network $FIXTURES/tiny19.json --crop 32"
run() { volo-train run --quiet "$@"; echo $?; }
run --out o --model none.safetensors $data --crop 32
run --out o --model $FIXTURES/broken.png $data --crop 32
run --out o --network none.json $data --crop 32
run --out o $net --data cityscapes:none,split=val
run --out /proc/none $net $data
run --out o -c none.json
printf '{"train": {"stpes": 5}}' >bad.json
run --out o -c bad.json
printf '{"trian": {"steps": 5}}' >bad.json
run --out o -c bad.json
cp -r $FIXTURES/tree tree
labels=tree/gtFine/val/town
rm $labels/town_000001_000019_gtFine_labelIds.png
run --out o $net --data cityscapes:tree,split=val
cp $FIXTURES/broken.png $labels/town_000001_000019_gtFine_labelIds.png
run --out o $net --data cityscapes:tree,split=val
mkdir images masks
cp tree/leftImg8bit/val/town/town_000000_000019_leftImg8bit.png images/a.png
cp $labels/town_000000_000019_gtFine_labelIds.png masks/a.png
run --out o $net --data images=images,masks=masks,table=$FIXTURES/classes7.tsv
find o -type f
