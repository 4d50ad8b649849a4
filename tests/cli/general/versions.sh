volo-segment --version
volo-model -V
for command in info verify convert init; do
    volo-model $command --version
done
