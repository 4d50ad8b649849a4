volo-segment --help >/dev/full; echo $?
volo-model info --json >/dev/full; echo $?
