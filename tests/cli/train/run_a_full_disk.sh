train="--network $FIXTURES/tiny19.json --data cityscapes:$FIXTURES/tree,split=val --crop 32 --batch 2 --quiet --steps 2
 --save-every 1"
( ulimit -f 64; volo-train run $train --out o ) # blocks of 512 bytes; the model has more
echo $?
find o -type f | sort
