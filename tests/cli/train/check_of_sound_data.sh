volo-train check --val cityscapes:$GOLDENS/../../assets/samples
echo $?
# Even grey pictures look alike, and are tiny: remarks, unless strict.
cp -r $FIXTURES/tree tree
volo-train check -d cityscapes:tree,split=val | tail -n 12
volo-train check -d cityscapes:tree,split=val --strict --no-likeness --quiet
echo $?
