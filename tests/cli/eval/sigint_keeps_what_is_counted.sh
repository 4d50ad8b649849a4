mkdir -p tree/leftImg8bit/val/town tree/gtFine/val/town
for i in $(seq 100 300); do
    ln $FIXTURES/tree/leftImg8bit/val/town/town_000000_*.png tree/leftImg8bit/val/town/town_000${i}_000019_leftImg8bit.png
    ln $FIXTURES/tree/gtFine/val/town/town_000000_*.png tree/gtFine/val/town/town_000${i}_000019_gtFine_labelIds.png
done
eval="volo-eval run -q -m $FIXTURES/tiny19.safetensors -d cityscapes -r tree --scales 1,2"
env --default-signal=INT $eval --threads 1 --out out 2>messages &
pid=$!
while [ "$(stat -c %s out/journal 2>/dev/null || echo 0)" -lt 2000 ]; do
    kill -0 $pid || break
    sleep 0.02
done
kill -INT $pid
wait $pid
code=$?
sed 's/[0-9][0-9]* of/N of/' messages
ls out
$eval --out out --resume
echo $?
grep -q '"resumed": 0,' out/run.json || echo 'some were kept'
exit $code
