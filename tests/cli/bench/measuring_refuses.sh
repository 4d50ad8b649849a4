volo-bench kernels -f no-such; echo $?
volo-bench gemm -f no-such; echo $?
volo-bench kernels -l v9; echo $?
volo-bench kernels x; echo $?
volo-bench gemm x; echo $?
volo-bench machine x; echo $?
volo-bench machine --plot x; echo $?
volo-bench machine --plot no/x.svg; echo $?
volo-bench machine -t 0; echo $?
volo-bench load x; echo $?
volo-bench load -m no-such; echo $?
volo-bench load --variant volo_d1 -m x; echo $?
volo-bench machine >/dev/full; echo $?
