volo-model init --help
