volo-bench load --help
