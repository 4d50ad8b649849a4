volo-segment --version
volo-model -V
volo-bench --version
for command in info verify convert init; do
    volo-model $command --version
done
volo-eval --version
for command in run score merge diff confusion datasets; do
    volo-eval $command --version
done
