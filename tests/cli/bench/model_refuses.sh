volo-bench model -m no-such; echo $?
volo-bench model --variant volo_d9 --input 64; echo $?
volo-bench model --variant volo_d1 -m "$FIXTURES/tiny.safetensors"; echo $?
volo-bench model --classes 3 -m "$FIXTURES/tiny.safetensors"; echo $?
volo-bench model -m "$FIXTURES/tiny.safetensors" extra; echo $?
volo-bench model -m "$FIXTURES/tiny.safetensors" --input 8; echo $?
volo-bench model -m "$FIXTURES/tiny.safetensors" --input 64 --crop 32; echo $?
volo-bench model -m "$FIXTURES/tiny.safetensors" --input 4096 --max-memory 16M; echo $?
volo-bench model -m "$FIXTURES/tiny.safetensors" --plot x.jpg; echo $?
volo-bench model -m "$FIXTURES/tiny.safetensors" --plot no/x.png; echo $?
TMPDIR=/no/such volo-bench model --variant volo_d1; echo $?
volo-bench model -m "$FIXTURES/tiny.safetensors" --cpu v9; echo $?
volo-bench; echo $?
volo-bench modle; echo $?
