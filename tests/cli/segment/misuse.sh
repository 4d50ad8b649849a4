volo-segment; echo $?
volo-segment --json --csv x; echo $?
volo-segment -q -v x; echo $?
volo-segment --list --dry-run x; echo $?
volo-segment -0 x; echo $?
volo-segment --dump-tensors t x y; echo $?
volo-segment --dump-tensors t "$FIXTURES"; echo $?
