volo-segment --vers
volo-segment --max=3 x; echo $?
