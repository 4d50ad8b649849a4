#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the desktop is told: each file by the validator of its kind, and one ID in all of them.
# usage: desktop_files.sh SOURCE-ROOT BUILD-ROOT
set -u
source=$1/app/viewer/data build=$2/app/viewer/data
id=io.github.volo_suite.Viewer
failed=0

check()
{
    "$@" || {
        echo "failed: $*" >&2
        failed=1
    }
}

# holds FILE TEXT
holds()
{
    grep -qF "$2" "$1" || {
        echo "$1: '$2' is missing" >&2
        failed=1
    }
}

check desktop-file-validate "$build/$id.desktop"
check appstreamcli validate --no-net "$build/$id.metainfo.xml"
check glib-compile-schemas --strict --dry-run "$source"
holds "$build/$id.desktop" "Icon=$id"
holds "$build/$id.metainfo.xml" "<id>$id</id>"
holds "$build/$id.metainfo.xml" "$id.desktop"
holds "$source/$id.gschema.xml" "id=\"$id\""
python3 - "$source/$id.json" "$id" <<'END' || check false "the Flatpak manifest"
import json, sys
manifest = json.load(open(sys.argv[1]))
assert manifest["id"] == sys.argv[2] and manifest["command"] == "volo-viewer"
assert not [a for a in manifest["finish-args"] if "filesystem" in a or "network" in a], "no portal would be asked"
END
for icon in "$source/icons/$id.svg" "$source/icons/$id-symbolic.svg"; do
    [ -s "$icon" ] || check false "no $icon"
done
exit $failed
