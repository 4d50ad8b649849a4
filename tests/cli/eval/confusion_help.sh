volo-eval confusion --help
