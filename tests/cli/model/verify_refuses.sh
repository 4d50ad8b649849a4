cp "$FIXTURES/tiny.safetensors" m
volo-model verify --expect-sha256 "$(printf %064d 0)" m; echo $?
volo-model verify no-such; echo $?
volo-model verify; echo $?
head -c 3000 m >cut
volo-model verify cut; echo $?
python3 - <<'END'
import json, struct
data = bytearray(open('m', 'rb').read())
length = struct.unpack('<Q', data[:8])[0]
header = json.loads(data[8:8 + length])
for number, value in ('nan', float('nan')), ('inf', float('inf')):
    start = 8 + length + header['backbone.network.2.0.mlp.fc1.weight']['data_offsets'][0]
    data[start:start + 4] = struct.pack('<f', value)
    open(number, 'wb').write(data)
END
volo-model verify nan; echo $?
volo-model verify inf; echo $?
