cd "$FIXTURES"
run()
{
    name=$1
    shift
    volo-segment -q -m tiny.safetensors -w trainid -o "$OLDPWD/$name" grey.ppm dark.ppm "$@" && echo "$name"
}
run whole
run one-window --mode slide --crop 64 && diff -r "$OLDPWD/whole" "$OLDPWD/one-window" && echo same
run windows --mode slide --crop 24x32 --stride 16x20
run windows3 --mode slide --crop 24x32 --stride 16x20 --threads 3 && diff -r "$OLDPWD/windows" "$OLDPWD/windows3" && echo same
run scales --scales 0.75,1,1.25 --flip
run scales1 --scales=1,1.5 --tta mmseg1
run bytes --resize 60x90 --resize-kernel opencv
run all --resize 96x64:keep --resize-kernel opencv --scales .5,1 --flip --mode slide --crop 32
