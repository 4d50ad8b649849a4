volo-bench model --help
