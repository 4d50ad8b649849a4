volo-segment --no-such; echo $?
volo-segment -Z; echo $?
volo-model --no-such; echo $?
volo-model no-such; echo $?
volo-model; echo $?
for command in info verify convert init; do
    volo-model $command --no-such; echo $?
    volo-model $command -Z; echo $?
done
for command in run score merge diff confusion datasets; do
    volo-eval $command --no-such; echo $?
done
