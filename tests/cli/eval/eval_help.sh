volo-eval --help
