# SIGTERM after the first of many pictures: what is finished stays, nothing half-written does.
mkfifo lines
mkdir in
for i in $(seq 1000 1400); do
    ln -s "$FIXTURES/grey.ppm" in/$i.ppm
done
env --default-signal=TERM volo-segment --json -m "$FIXTURES/tiny.safetensors" in >lines 2>messages &
pid=$!
exec 3<lines
read -r first <&3
kill -TERM $pid
rest=$(wc -l <&3)
wait $pid
code=$?
sed 's/[0-9][0-9]* of/N of/' messages
[ "$(ls volo-out/color | wc -l)" -ge $((rest + 1)) ] && [ "$rest" -lt 400 ] && echo 'files are kept'
ls -A volo-out/color | grep -v '^1[0-4][0-9][0-9]\.png$'
exit $code
