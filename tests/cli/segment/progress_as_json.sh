volo-segment -q -m "$FIXTURES/tiny.safetensors" --progress json "$FIXTURES/grey.ppm" "$FIXTURES/dark.ppm" \
    2>lines
python3 - <<'END'
import json
states = [json.loads(line) for line in open('lines')]
for done in 1, 2:  # a slow machine shows more states between them
    state = next(state for state in states if state['done'] == done)
    print(state['total'], state['share'], state['seconds_left'] >= 0, state['path'].split('/')[-1])
END
