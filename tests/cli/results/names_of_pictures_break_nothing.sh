set=$GOLDENS/eval/cityscapes/every_class
mkdir gt pred
i=0
for name in 'a,b "c"' 'two
lines' '<b>é&'; do
    cp "$set"/gtFine/val/*/*_00000${i}_*_labelIds.png "gt/$name.png"
    cp "$set"/pred/*_00000${i}_*.png "pred/$name.png"
    i=$((i + 1))
done
volo-eval score --table cityscapes --gt gt --pred pred --per-image images.csv --report report --out out >all.txt
cmp images.csv out/images.csv
cut -d , -f 1-5 images.csv
python3 - <<'END'
import csv, json
rows = list(csv.reader(open("images.csv", newline="")))
names = [image["name"] for image in json.load(open("out/result.json"))["per_image"]]
assert [row[0] for row in rows[1:]] == names, (rows, names)
assert {len(row) for row in rows} == {5 + 19}
html = open("report/report.html").read()
assert "&lt;b&gt;é&amp;" in html and "<b>é" not in html
print(len(names), "names")
END
