cp "$FIXTURES/tiny.safetensors" m
ln m link
volo-model convert m; echo $?
volo-model convert -o x; echo $?
volo-model convert m -o m; echo $?
volo-model convert m -o link; echo $?
volo-model convert m -o no/x; echo $?
volo-model convert m -o .; echo $?
volo-model convert no-such -o x; echo $?
(ulimit -f 16; volo-model convert m -o x); echo $?
ls -A
