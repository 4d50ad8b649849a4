volo-eval run --help
