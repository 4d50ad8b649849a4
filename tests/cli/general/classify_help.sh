volo-model classify --help
