volo-model init --variant volo_d1; echo $?
volo-model init -o x; echo $?
volo-model init -o x --variant volo_d1; echo $?
volo-model init -o x --variant volo_d1 --config c; echo $?
volo-model init -o x --variant volo_d9 --classes 3; echo $?
volo-model init -o no/x --variant volo_d1 --classes 3; echo $?
volo-model init -o x --config no-such; echo $?
echo '{' >broken.json
volo-model init -o x --config broken.json; echo $?
volo-model init -o broken.json --config broken.json; echo $?
volo-model init -o x --variant volo_d1 --classes 3 extra; echo $?
