cp "$FIXTURES/grey.ppm" 'a "quoted" \ name.ppm'
cp "$FIXTURES/dark.ppm" "$(printf 'tab\there \303\244 \377\376.ppm')"
volo-segment --json -m "$FIXTURES/tiny.safetensors" -d "$FIXTURES/classes7.tsv" -w color,labelid \
    ./*.ppm >lines
python3 - <<'END'
import json
for line in open('lines', encoding='utf-8', errors='strict'):
    picture = json.loads(line)
    print(sorted(picture), picture['path'], picture['width'], picture['height'])
    print(picture['outputs'])
    classes = picture['classes']
    print(sum(c['pixels'] for c in classes), round(sum(c['share'] for c in classes), 4),
          all(c['id'] == c['trainId'] + 10 and c['name'] == 'toy %d' % c['trainId'] for c in classes),
          [c['pixels'] for c in classes] == sorted((c['pixels'] for c in classes), reverse=True))
END
ls -1 volo-out/color | wc -l
