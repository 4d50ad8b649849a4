volo-model info
volo-model info --json | python3 -c '
import json, sys
for key, rows in json.load(sys.stdin).items(): print(key, [row["name"] for row in rows])'
