volo-train check --val cityscapes:$GOLDENS/../../assets/samples >text
echo $?
sed -n '1,5p' text
grep -c '^  [a-z ]* [0-9]* *[0-9.]* % *[0-9]*$' text
tail -n 1 text
# Even grey pictures look alike, and are tiny: remarks, unless strict.
cp -r $FIXTURES/tree tree
volo-train check -d cityscapes:tree,split=val | tail -n 12
volo-train check -d cityscapes:tree,split=val --strict --no-likeness --quiet
echo $?
