# A signal ends a training in good order: it goes on from there.
train="--network $FIXTURES/tiny19.json --data cityscapes:$FIXTURES/tree,split=val --crop 32 --batch 2 --steps 100000
 --log-every 1"
volo-train run $train --out o --progress none 2>err &
while ! grep -q . o/log.jsonl 2>/dev/null; do sleep 0.05; done
kill -TERM $! # a shell has its background ignore SIGINT
wait $!
echo $?
sed 's/step [0-9]*/step N/' err
test -s o/last.safetensors && test -s o/state/training.state && echo kept
