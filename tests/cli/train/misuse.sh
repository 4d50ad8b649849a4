volo-train; echo $?
volo-train none; echo $?
check() { volo-train check "$@"; echo $?; }
check
check x
check -d camvid
check -d :x
check -d camvid:x,weight=0
check -d camvid:x,size=1x2:keep
check -d camvid:x,kind=none
check -d camvid:x,split=
check -d camvid:x,images=y
check -d images=x,masks=y
check -d camvid:x --min-side 0
check -d camvid:none
check -d none:x
check -d cityscapes:$FIXTURES/tree
check -d cityscapes:$FIXTURES/tree,split=val,weight=1 -d cityscapes:$FIXTURES/tree,split=val
check -c none.json
printf '{"augment": {"flip": 2}}' >bad.json
check -c bad.json
printf '{"augment": {"flop": 1}}' >bad.json
check -c bad.json
preview() { volo-train preview "$@"; echo $?; }
preview -d cityscapes:$FIXTURES/tree,split=val
preview -d cityscapes:$FIXTURES/tree,split=val -o x --flip 2
preview -d cityscapes:$FIXTURES/tree,split=val -o x --scale 2,1
preview -d cityscapes:$FIXTURES/tree,split=val -o x --scale one
preview -d cityscapes:$FIXTURES/tree,split=val -o x --crop 8
preview -d iddlite:x,labels=trainid -o x
mkdir closed && touch closed/file
preview -d cityscapes:$FIXTURES/tree,split=val -o closed/file
preview --val cityscapes:$FIXTURES/tree -o x
