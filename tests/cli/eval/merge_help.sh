volo-eval merge --help
