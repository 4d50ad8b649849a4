#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Pages of the help: well formed where something can tell, each under its own name, on the list of
# those that are installed, and linked to pages that exist. usage: help_pages.sh SOURCE-ROOT
set -u
cd "$1/app/viewer/help" || exit 2
failed=0

complain()
{
    echo "$*" >&2
    failed=1
}

if command -v xmllint >/dev/null; then
    xmllint --noout C/*.page || failed=1
fi
if command -v yelp-check >/dev/null; then
    yelp-check links C || failed=1
    yelp-check orphans C || failed=1
fi
for page in C/*.page; do
    name=$(basename "$page" .page)
    grep -q "<page [^>]*id=\"$name\"" "$page" || complain "$page: its id is not $name"
    grep -q "'$name'" meson.build || complain "$page is not installed"
    for link in $(sed -n 's/.*xref="\([a-z]*\)".*/\1/p' "$page"); do
        [ -f "C/$link.page" ] || complain "$page: there is no $link.page"
    done
done
exit $failed
