volo-segment -q -m "$FIXTURES/tiny.safetensors" --dump-tensors tensors "$FIXTURES/grey.ppm" -w trainid
python3 - <<'END'
import json
data = open('tensors', 'rb').read()
length = int.from_bytes(data[:8], 'little')
header = json.loads(data[8:8 + length])
end = 0
for name, tensor in header.items():
    assert tensor['data_offsets'][0] == end, name
    end = tensor['data_offsets'][1]
    if name in ('input', 'network.0', 'network.4', 'logits', 'labels'):
        print(name, tensor['dtype'], tensor['shape'])
print(end + 8 + length == len(data), length % 8)
END
find volo-out -type f
