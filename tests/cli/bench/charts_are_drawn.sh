volo-bench model -m "$FIXTURES/tiny.safetensors" --input 64 -n 1 --plot model.svg >/dev/null
volo-bench model -m "$FIXTURES/tiny.safetensors" --input 64 -n 1 --plot model.pdf >/dev/null
volo-bench kernels --filter argmax --level base --plot kernels.png >/dev/null
head -c 5 model.svg; echo
head -c 5 model.pdf; echo
head -c 4 kernels.png | tail -c 3; echo
ls
