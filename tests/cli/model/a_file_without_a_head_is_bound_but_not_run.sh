python3 - "$FIXTURES/tiny.safetensors" <<'END'
import json, struct, sys
data = open(sys.argv[1], 'rb').read()
length = struct.unpack('<Q', data[:8])[0]
header = json.loads(data[8:8 + length])
kept, body = {}, b''
for name, tensor in header.items():
    if name.startswith('backbone.'):
        first, last = tensor['data_offsets']
        tensor['data_offsets'] = [len(body), len(body) + last - first]
        body += data[8 + length + first:8 + length + last]
        kept[name] = tensor
text = json.dumps(kept).encode()
text += b' ' * (-len(text) % 8)
open('bare', 'wb').write(struct.pack('<Q', len(text)) + text + body)
END
volo-model verify bare; echo $?
volo-model info --input 64 bare | grep -E 'backbone|classes'; echo $?
volo-segment -m bare "$FIXTURES/grey.ppm"; echo $?
