volo-eval score --help
