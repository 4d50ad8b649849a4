volo-eval datasets --help
