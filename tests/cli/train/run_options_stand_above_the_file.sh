# Every member of "train" is an option, too.
cat >train.json <<END
{"data": [{"dataset": "cityscapes", "root": "$FIXTURES/tree", "split": "val"}],
 "augment": {"crop": 32}, "loader": {"batch": 2},
 "train": {"network": "$FIXTURES/tiny19.json", "steps": 1, "lr": 0.25, "clip": 3, "seed": 4}}
END
volo-train run -c train.json --out o --lr 0.5 --batch 3 --quiet
grep -E '"(steps|lr|clip|seed|batch|crop)"' o/config.json
volo-train run --help >help
sed -n '/"train"/,$s/^    "\([a-z_0-9]*\)".*/\1/p' o/config.json | tr _ - | while read -r name; do
    grep -q -e "--$name\b" help || echo "no option --$name"
done
