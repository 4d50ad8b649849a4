volo-train check --val cityscapes:$GOLDENS/../../assets/samples
echo $?
# Even grey pictures look alike, and are tiny: remarks, unless strict.
volo-train check -d cityscapes:$FIXTURES/tree,split=val | tail -n 12
volo-train check -d cityscapes:$FIXTURES/tree,split=val --strict --no-likeness >strict
echo $?
