VOLO_CPU=v9 volo-segment --help; echo $?
VOLO_CPU=v9 volo-model info; echo $?
