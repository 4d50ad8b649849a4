#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every text of the viewer is translated into every language, with the same conversions, and every
# file that has texts is on the list. usage: translations.sh SOURCE-ROOT
set -u
export LC_ALL=C.UTF-8
cd "$1" || exit 2
po=app/viewer/po
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

grep -lE '\b(_|N_|C_|NC_|ngettext) *\(|translatable="' app/viewer/*.c app/viewer/*.h app/viewer/ui/*.ui \
    app/viewer/data/*.in 2>/dev/null >"$work/marked"
find app/viewer/data -name '*.in' >>"$work/marked"
sort -u "$work/marked" >"$work/wanted"
sort -u "$po/POTFILES" >"$work/listed"
diff "$work/wanted" "$work/listed" || {
    echo "$po/POTFILES: < lacks, > has without need" >&2
    failed=1
}

# Of XML files each kind needs its own rules, which xgettext finds for .ui, .desktop and metainfo.
xgettext --from-code=UTF-8 --add-comments --keyword=_ --keyword=N_ --keyword=C_:1c,2 --keyword=NC_:1c,2 --output="$work/all.pot" \
    --files-from="$po/POTFILES" 2>"$work/said" || {
    cat "$work/said" >&2
    exit 1
}
while read -r language; do
    msgfmt --check --output-file=/dev/null "$po/$language.po" || failed=1
    msgmerge --quiet --no-fuzzy-matching "$po/$language.po" "$work/all.pot" --output-file="$work/$language.po"
    msgattrib --untranslated --no-obsolete "$work/$language.po" >"$work/missing"
    msgattrib --only-fuzzy --no-obsolete "$work/$language.po" >>"$work/missing"
    grep '^msgid ".' "$work/missing" && {
        echo "$po/$language.po: these are not translated" >&2
        failed=1
    }
done <"$po/LINGUAS"
exit $failed
