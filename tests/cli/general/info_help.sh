volo-model info --help
