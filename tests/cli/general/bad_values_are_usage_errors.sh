for option in --threads=0 --threads=1025 --threads=2x --threads= --threads=-1 \
    --threads=99999999999999999999 --opacity=1.5 --opacity=. --opacity=1e-3 --resize=12x --resize=0x5 \
    --resize=64x128:keep --resize=full --max-memory=0 --max-memory=5X --max-memory=5KB \
    --max-memory=99999999999T --max-pixels=100000001 --write=colour --write= --write=color, \
    --progress=fast --cpu=v9 --json=yes --files-from= --print-options=html \
    --mode=crop --crop=0 --stride=12x --resize-kernel=cubic --scales= --scales=1,,2 --scales=0 --scales=1,x \
    --scales=1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1 --flip=1 --tta=mmseg2 --batch=0 --out; do
    volo-segment x.png $option; echo "$? $option"
done 2>&1
volo-model info --input 12y m; echo $?
volo-model info --input 0 m; echo $?
volo-model info --batch 0 m; echo $?
volo-model convert --dtype bf16 m; echo $?
volo-model verify --expect-sha256 12 m; echo $?
volo-model init --classes 256; echo $?
volo-model init --seed 18446744073709551616; echo $?
