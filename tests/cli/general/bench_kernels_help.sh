volo-bench kernels --help
