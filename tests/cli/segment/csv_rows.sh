cp "$FIXTURES/grey.ppm" 'a,"b".ppm'
volo-segment --csv -m "$FIXTURES/tiny.safetensors" ./*.ppm >rows.csv
python3 - <<'END'
import csv
rows = list(csv.DictReader(open('rows.csv', encoding='utf-8', newline='')))
print(list(rows[0]))
print({(r['path'], r['width'], r['height']) for r in rows})
print(sum(int(r['pixels']) for r in rows))
END
