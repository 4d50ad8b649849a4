cp -r $FIXTURES/tree tree
mkdir -p tree/results/deep export
for i in 0 1 2; do cp tree/gtFine/val/town/town_00000${i}_*_gtFine_labelIds.png tree/results/deep/town_00000${i}_000019_x.png; done
export CITYSCAPES_DATASET=tree
volo-eval score -q; echo $?
ls tree/evaluationResults
CITYSCAPES_EXPORT_DIR=export volo-eval score -q; echo $?
cmp export/* tree/evaluationResults/*
mv tree/results elsewhere
volo-eval score -q; echo $?
CITYSCAPES_RESULTS=elsewhere volo-eval score -q --cityscapes-json own.json; echo $?
cmp own.json export/* && grep -c averageScore own.json
