cp "$FIXTURES/tiny.safetensors" m
volo-model info --json --tensors --input 48x64 --batch 2 --threads 1 m >info
python3 - <<'END'
import hashlib, json
info = json.load(open('info'))
for key in ('path', 'format', 'backbone', 'head', 'variant', 'classes', 'dataset', 'img_size', 'layers',
            'embed_dims', 'num_heads', 'input'):
    print(key, info[key])
print(info['sha256'] == hashlib.sha256(open('m', 'rb').read()).hexdigest())
memory = info['memory']
print(sorted(memory), memory['peak'] == sum(memory.values()) - memory['peak'])
print(info['macs'] == sum(stage['macs'] for stage in info['stages']))
print(info['parameters'] == sum(stage['parameters'] for stage in info['stages']))
print(all(len(stage['shape']) == 4 and stage['shape'][0] == 2 for stage in info['stages']))
print(sorted(info['tensors'][0]), len(info['notes']) >= 0)
END
