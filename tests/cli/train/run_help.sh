volo-train run --help
