volo-train --help
