volo-segment --help
