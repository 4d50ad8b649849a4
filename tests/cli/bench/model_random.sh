# A random model leaves nothing behind.
mkdir tmp
TMPDIR=$PWD/tmp volo-bench model --variant volo_d1 --classes 3 --input 32 -n 1 --json >json
sed -n '2,6p' json
grep -cE '"shape": \[1, 4, 4, 3\]' json
ls tmp
