mkdir empty
touch x.png
volo-segment --list x.png empty; echo $?
volo-segment --list empty; echo $?
