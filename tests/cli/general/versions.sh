volo-segment --version
volo-model -V
volo-bench --version
for command in info verify convert init; do
    volo-model $command --version
done
