mkdir images masks
printf nothing >images/a.png
printf nothing >masks/a.png
volo-train check -d images=images,masks=masks,table=camvid --no-likeness | tail -n 4
volo-train check -d images=images,masks=masks,table=camvid >text
echo $?
