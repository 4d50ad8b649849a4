volo-model verify --help
