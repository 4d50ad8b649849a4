# The result file of cityscapesScripts itself: line by line, and every number to 1e-12.
cat >compare.py <<'END'
import re, sys
got, wanted = (open(path).read().split("\n") for path in sys.argv[1:])
assert len(got) == len(wanted), (len(got), len(wanted))
number = re.compile(r"-?\d+(\.\d+)?(e[-+]\d+)?")
for line, want in zip(got, wanted):
    assert number.sub("#", line) == number.sub("#", want), (line, want)
    for a, b in zip(number.finditer(line), number.finditer(want)):
        assert a[0] == b[0] if "." not in b[0] else abs(float(a[0]) - float(b[0])) <= 1e-12, (line, want)
END
for case in "$GOLDENS"/eval/cityscapes/*/; do
    volo-eval score --gt "$case/gtFine" --pred "$case/pred" --cityscapes-json got.json --csv >all.csv
    python3 compare.py got.json "$case/expected.json" && echo "$(basename "$case"): equal"
done
