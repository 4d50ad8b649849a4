volo-bench gemm --help
