volo-bench machine --help
