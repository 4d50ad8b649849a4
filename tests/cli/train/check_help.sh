volo-train check --help
