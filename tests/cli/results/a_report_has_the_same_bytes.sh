set=$GOLDENS/eval/cityscapes/every_class
volo-eval score --gt "$set/gtFine" --pred "$set/pred" --report new/one --threads 1 --quiet
volo-eval score --gt "$set/gtFine" --pred "$set/pred" --report two --threads 2 --quiet
volo-eval score --gt "$set/gtFine" --pred "$set/pred" --list | sort -r >backwards
volo-eval score --gt "$set/gtFine" --pred "$set/pred" --report three --files backwards --quiet
ls new/one
for other in two three; do
    cmp new/one/report.html $other/report.html
    cmp new/one/report.pdf $other/report.pdf
done
head -c 8 two/report.pdf
