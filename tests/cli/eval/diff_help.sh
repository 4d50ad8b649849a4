volo-eval diff --help
