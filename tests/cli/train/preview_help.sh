volo-train preview --help
