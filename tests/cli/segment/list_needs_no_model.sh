mkdir -p town/a
touch town/a/x.png town/y.jpg town/z.txt
volo-segment -m no-such --list town -o out -w color,overlay
volo-segment --list --csv town/y.jpg
volo-segment --list --json town
ls
