data="--data cityscapes:$FIXTURES/tree,split=val"
net="--network $FIXTURES/tiny19.json"
run() { volo-train run "$@"; echo $?; }
run
run --out o
run --out o $data
run --out o $net
run --out o $net $data x
run --out o $net $data --resume --restart
run --out o $net $data --lr 5x
run --out o $net $data --lr -1
run --out o $net $data --ema 1
run --out o $net $data --drop-path 1
run --out o $net $data --optimizer adam
run --out o $net $data --warmup 2000
run --out o $net $data --crop 32 --freeze backbone.netwrok
run --out o $net $data --crop 32 --class-weights 1,2
run --out o $net $data --crop 32 --test-resize 5
run --out o $net $data --cross-entropy 0
run --out o $net $data --crop 8
run --out o $net $data --crop 32 --batch 1
run --out o $net $data --crop 32 --max-memory 1M
run --out o $net $data --crop 32 --cpu v9
run --out o --variant volo_d9 $data
