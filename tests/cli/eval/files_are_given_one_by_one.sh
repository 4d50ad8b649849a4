# As csEvalPixelLevelSemanticLabeling takes more than three arguments: in any order, paired as they come.
gt=$FIXTURES/tree/gtFine/val/town pred=pred/deep
mkdir -p $pred
for i in 0 1 2; do cp $gt/town_00000${i}_*_labelIds.png $pred/$i.png; done
cp $pred/0.png $pred/1.png
label() { echo "$gt/town_00000${1}_000019_gtFine_labelIds.png"; }
volo-eval score --no-boundaries --csv $(label 2) $pred/2.png $(label 1) $pred/1.png >pairs.csv; echo $?
mkdir named; cp $pred/2.png named/town_000002_000019.png; cp $pred/1.png named/town_000001_000019.png
printf 'town/town_00000%d_000019\n' 1 2 >two
volo-eval score --no-boundaries --csv -g $FIXTURES/tree -p named --files two >named.csv
grep -E '^(class|mean|all|summary)' named.csv >1; grep -E '^(class|mean|all|summary)' pairs.csv >2; cmp 1 2 && wc -l <1
volo-eval score --list $(label 2) $pred/2.png $(label 1) $pred/1.png | sed "s|$FIXTURES|.|"
mkdir any_gt; cp "$(label 1)" any_gt/a.png; cp "$(label 2)" any_gt/b.png # any names will do
volo-eval score --no-boundaries --csv any_gt/b.png any_gt/a.png $pred/2.png $pred/1.png >any.csv; echo $?
grep -E '^(class|mean|all|summary)' any.csv | cmp - 2 && echo equal
volo-eval score --report r --csv any_gt/b.png any_gt/a.png $pred/2.png $pred/1.png >any.csv; echo $?; ls r
export CITYSCAPES_DATASET=set; mkdir set
volo-eval score -q any_gt/b.png $pred/2.png; echo $?; ls set/evaluationResults
volo-eval score any_gt/b.png any_gt/a.png $pred/2.png; echo $?
volo-eval score any_gt/b.png other.png; echo $?
volo-eval score --gt set any_gt/b.png $pred/2.png; echo $?
volo-eval score any_gt/b.png $pred/2.png any_gt/b.png $pred/1.png; echo $?
volo-eval score any_gt/b.png $pred/7.png; echo $?
