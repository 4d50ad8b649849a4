# The model runs until it is told to stop.
volo-bench model -m "$FIXTURES/tiny.safetensors" --input 64 -n 100000 --json &
sleep 1
kill -TERM $!
wait $!
echo $?
