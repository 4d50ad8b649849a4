volo-model convert --help
