# Of five pairs one is sound, the others have no labels (two), damaged labels, and the pixels of the first.
cp -r $FIXTURES/tree tree
images=tree/leftImg8bit/val/town labels=tree/gtFine/val/town
rm $labels/town_000001_000019_gtFine_labelIds.png
cp $FIXTURES/broken.png $labels/town_000002_000019_gtFine_labelIds.png
cp $images/town_000000_000019_leftImg8bit.png $images/town_000003_000019_leftImg8bit.png
cp $labels/town_000000_000019_gtFine_labelIds.png $labels/town_000003_000019_gtFine_labelIds.png
cp $FIXTURES/dark.ppm $images/town_000004_000019_leftImg8bit.png
volo-train check -d cityscapes:tree,split=val --min-side 16 >text
echo $?
grep -v '^  [a-z ]* [0-9]* *[0-9.]* % *[0-9]*$' text
volo-train check -d cityscapes:tree,split=val --min-side 16 --json >json
echo $?
sed '/"labels": /,/]/d' json
# Ids of Cityscapes are none of this table, and one picture has another size.
mkdir images masks
cp $images/town_000000_000019_leftImg8bit.png images/a.png
cp $images/town_000000_000019_leftImg8bit.png images/b.png
cp $FIXTURES/small.ppm images/c.png
for name in a b c; do cp $labels/town_000000_000019_gtFine_labelIds.png masks/$name.png; done
volo-train check -d images=images,masks=masks,table=$FIXTURES/classes7.tsv --all | tail -n 10
