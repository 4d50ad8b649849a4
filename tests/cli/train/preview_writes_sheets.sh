# What a configuration says, relative to its folder; options above it; the same sheet by its position.
mkdir sets
cp -r $FIXTURES/tree sets/tree
cat >sets/train.json <<'END'
{"data": [{"dataset": "cityscapes", "root": "tree", "split": "val"}],
 "augment": {"crop": "48x64", "photometric": 1, "blur": 0.5, "erase": 0.5}, "optimizer": {}}
END
volo-train preview -c sets/train.json -o sheets -n 2 --samples 3 --columns 2
volo-train preview -c sets/train.json -o again --position 3 -n 1 --samples 3 --columns 2
cmp sheets/sheet-000003.png again/sheet-000003.png && echo same
cmp sheets/sheet-000000.png again/sheet-000003.png >text || echo different
volo-train preview -c sets/train.json -o again --position 3 -n 1 --samples 3 --columns 2 --seed 1
cmp sheets/sheet-000003.png again/sheet-000003.png >text || echo different
head -c 8 sheets/sheet-000000.png | od -An -c
