volo-bench --help
