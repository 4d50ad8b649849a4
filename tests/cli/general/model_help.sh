volo-model --help
