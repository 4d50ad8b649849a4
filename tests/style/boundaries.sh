#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Who may include whom, one door for each dependency, and what no source may hold: a rule a line
# at the bottom, a breach a line in the output. usage: boundaries.sh SOURCE-ROOT
set -u
export LC_ALL=C
cd "$1" || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: >"$work/breaches"

find engine heads include app tests -name '*.[ch]' | sort >"$work/files"
# Every include of the tree as FILE:LINE:TARGET, and all code as FILE:LINE:TEXT, in which comments
# are gone and strings are empty.
xargs grep -nE '^ *# *include' /dev/null <"$work/files" |
    sed -E 's/:([0-9]+):[^"<]*["<]([^">]*).*/:\1:\2/' >"$work/includes"
xargs awk -f tests/style/code.awk <"$work/files" >"$work/code"

# report WHY: standard input holds the breaches of one rule.
report()
{
    sed "s|\$|    <- $1|" >>"$work/breaches"
}

# only FILES TARGETS WHY: of the headers in this tree, files that match FILES include no other than
# those that match TARGETS and those of their own folder (both extended regular expressions).
only()
{
    awk -F: -v files="^($1)" -v targets="^($2)\$" '
        $1 ~ files && ($3 ~ /\// || $3 == "build_config.h") && $3 !~ /^(sys|arpa|netinet)\// {
            folder = $1
            sub(/[^\/]*$/, "", folder)
            sub(/^(engine|include)\//, "", folder)
            rest = substr($3, length(folder) + 1)
            if ((folder rest != $3 || rest ~ /\//) && $3 !~ targets)
                print $1 ":" $2 ": includes " $3
        }' "$work/includes" | report "$3"
}

# door FILES TARGETS WHY: no file but those that match FILES includes a header that matches TARGETS.
door()
{
    awk -F: -v files="^($1)\$" -v targets="^($2)\$" \
        '$3 ~ targets && $1 !~ files && $1 !~ /^tests\// { print $1 ":" $2 ": includes " $3 }' \
        "$work/includes" | report "$3"
}

# never FILES PATTERN WHY: no code of a file that matches FILES matches PATTERN.
never()
{
    grep -E "^($1)[^:]*:[0-9]+:.*($2)" "$work/code" | report "$3"
}

# calls NAMES: a pattern for calls of any of these functions.
calls()
{
    echo "(^|[^A-Za-z0-9_.>])($1) *\\("
}

# --- layers: arrows only go down -----------------------------------------------------------------

user='volo/[a-z_]*\.h'
api="volo/[a-z_/]*\.h|build_config\.h"
only 'include/volo/[a-z_]*\.h' "$user" 'a header for users needs no header for implementers'
only 'include/volo/impl/' "$api" 'a public header needs only public headers'
only 'engine/base/' "$api" 'base is the lowest layer'
only 'engine/kernels/' "$api|base/.*" 'kernels stand on base'
only 'engine/nn/' "$api|(base|kernels)/.*" 'nn stands on kernels'
only 'engine/weights/' "$api|(base|kernels|nn)/.*" 'weights stand on nn'
only 'engine/image/' "$api|(base|kernels)/.*" 'image stands on kernels'
only 'engine/render/' "$api|(base|image)/.*" 'render stands on image'
only 'engine/datasets/' "$api|(base|image|render)/.*" 'data sets stand on render'
only 'engine/dumps/' "$api|(base|image|render|datasets)/.*" 'dumps stand on data sets'
only 'engine/backbones/' "$api|base/.*" 'backbones stand on <volo/impl/>'
only 'engine/pipeline/' "$api|(base|kernels|nn|weights|image|render|datasets|dumps)/.*" \
    'the pipeline stands on all these'
only 'engine/train/' "$api|(base|kernels|nn|weights|image|render|datasets|eval|pipeline)/.*" \
    'training stands on all these'
only 'engine/eval/' "$api|(base|image|render|datasets)/.*" 'eval stands on data sets'
only 'engine/train/' "$api|(base|kernels|nn|weights|image|render|datasets|eval|pipeline)/.*" \
    'training stands on all these'
never 'engine/' '# *include *"(heads|app|common)/' 'the engine knows neither heads nor programs'
for file in $(grep -E '^(heads|engine)/' "$work/files" |
    xargs grep -lE '^VOLO_(HEAD|NECK|BACKBONE|DATASET|DUMP)\('); do
    only "$file" 'volo/[a-z_/]*\.h' 'a registered part sees only <volo/> and <volo/impl/>'
done
only 'engine/bench/' "$api|(base|kernels|nn)/.*" 'bench stands on nn'
only 'app/(bench|common|eval|model|segment|train)/' "$user|volo/impl/bench\.h|app/common/.*" 'a program sees only <volo/*.h> and app/common'
toolkit='(gtk|gio|glib|gdk|gsk|adwaita|cairo|pango)[a-z0-9-]*(/.*)?\.h|glib-object\.h'
only 'app/viewer/[a-z_]*\.' "$user|app/common/.*|app/viewer/decode/.*|$toolkit" 'the viewer sees <volo/*.h>, app/common and its toolkit'
only 'app/viewer/decode/' "$user|app/viewer/decode/.*|linux/.*" 'what reads pictures is small: <volo/*.h> and the system'
door 'app/bench/.*|engine/bench/.*' 'volo/impl/bench\.h' 'measurements are for volo-bench alone'

# --- one door for each dependency ----------------------------------------------------------------

door 'engine/nn/openblas\.c' '.*cblas.*' 'OpenBLAS is reached in nn/openblas.c alone'
door 'engine/(nn/openblas|base/parallel)\.c' 'dlfcn\.h' \
    'libraries are opened by nn/openblas.c (OpenBLAS) and base/parallel.c (OpenMP) alone'
door 'none' 'omp\.h' 'threads come from base/parallel.h alone'
door 'engine/image/png[a-z_]*\.c' 'png\.h' 'libpng is reached in image/png.c alone'
door 'engine/image/jpeg[a-z_]*\.c' 'jpeglib\.h|jerror\.h|turbojpeg\.h' \
    'libjpeg is reached in image/jpeg.c alone'
door 'engine/base/json\.[ch]' 'jansson\.h' 'jansson is reached through base/json.h alone'
door 'engine/(weights/pth_zip|image/png_write|eval/(journal|record_bytes))\.c' 'zlib\.h' \
    "zlib's CRC is for weights/pth_zip.c, eval/journal.c and record_bytes.c, its strategies for image/png_write.c"
door 'engine/image/png_plain\.c' 'libdeflate\.h' 'libdeflate is reached in image/png_plain.c alone'
door 'none' 'err\.h|error\.h' 'the library never prints; programs have a way of their own'
door 'engine/render/drawing\.c|app/viewer/.*' 'cairo.*' 'cairo is reached in render/drawing.c alone'
door 'engine/base/ranks_mpi\.c' 'mpi\.h' 'MPI is reached in base/ranks_mpi.c alone'
door 'app/viewer/[a-z_]*\.[ch]' '(gtk|glib|gio|gdk|gsk|adwaita).*' 'GTK and GLib are for the viewer alone'
door 'app/viewer/decode/confine[a-z_]*\.c' 'linux/(landlock|seccomp|filter|audit)\.h|seccomp\.h' 'rights are taken away in decode/confine.c and confine_calls.c alone'
never 'engine/(image|render|weights|datasets|dumps|pipeline|backbones|train)/|heads/|app/' '# *pragma omp' \
    'threads are started in nn, kernels and base/parallel.c'

# One door for files into the viewer's pictures: what reads them is confined (app/viewer/decoder.h).
never 'app/viewer/[a-z_]*\.[ch]' "$(calls 'volo_(image_(load|read)|mask_load|raw_picture_(load|read)_[a-z]*)|gdk_(texture|pixbuf)_new_from_(file|filename|bytes|stream)[a-z_]*')" \
    'the viewer reads pictures through decoder.h alone'

# --- what no source holds ------------------------------------------------------------------------

library='engine/|heads/'
never "$library" "$(calls 'exit|_exit|_Exit|quick_exit|abort')" 'the library never ends the program'
never "$library" "$(calls 'printf|vprintf|puts|putchar|perror')" \
    'the library never prints'
never "$library" '(^|[^A-Za-z0-9_])(stdout|stderr)([^A-Za-z0-9_]|$)' 'the library never prints'
never "$library|app/" "$(calls 'system|popen|alloca|gets|atoi|atol|atoll|atof|sprintf|vsprintf')" \
    'refused in section 21'
never "$library|app/" "$(calls 'strcpy|strcat|stpcpy|strtok|mktemp|tmpnam')" 'no bound, or a race'
# M15 of the defects that others had: libpng's simplified interface, quantising, and its setters.
never 'engine/image/png\.c' 'png_(image_|set_(quantize|PLTE|tRNS|hIST|sPLT|text|iCCP|rows))' \
    'reading keeps to the low-level interface of libpng'
never 'engine/kernels/([b-z]|argmax)' "$(calls 'malloc|calloc|realloc|free|fopen|volo_fail')" \
    'kernels do no I/O, no allocation and have no errors'
never '' '# *include *"[^"]*\.c"' 'no source includes another'
grep -nE 'clang-format off *(\*/)? *$' $(cat "$work/files") /dev/null | report 'needs a reason'

find . -path './.git' -prune -o -path './build*' -prune -o -type f \
    \( -name '*.[ch]' -o -name '*.py' -o -name '*.sh' -o -name 'meson*' -o -name run \) -print |
    sed 's|^\./||' | sort >"$work/texts"
grep -v '^tests/style/' "$work/texts" | xargs grep -nE 'TODO|FIXME' /dev/null |
    grep -vE 'TODO\(#[0-9]+\)' | report 'a TODO carries an issue number'
grep -v '^tests/style/' "$work/texts" | xargs grep -nE -e '-ffast-math|-Ofast' /dev/null |
    report 'changes what NaN means'
# The cases of tests/cli are excerpts, sourced by a script that has the line.
grep -v '^tests/cli/[a-z]*/' "$work/texts" | while read -r file; do
    head -n 2 "$file" | grep -qE '^(/\*|#) SPDX-License-Identifier: Apache-2\.0( \*/)?$' ||
        echo "$file:1: no SPDX line"
done | report 'every source opens with its licence'
grep -E '/(utils?|helpers?|misc|common)\.[ch]$' "$work/files" | sed 's/$/:1:/' |
    report 'a source is named for what it defines'
grep -vE '/[a-z0-9_]+\.[ch]$' "$work/files" | sed 's/$/:1:/' |
    report 'names are lower case with underscores'
sed 's|.*/||' "$work/files" | sort | uniq -d | while read -r name; do
    grep "/$name\$" "$work/files" | sed 's/$/:1:/'
done | report 'source names are unique in the whole tree'
grep '\.h$' "$work/files" | while read -r file; do
    guard="$(basename "$file" .h | tr a-z A-Z)_H"
    grep -qE "^#ifndef VOLO_([A-Z0-9_]*_)?$guard\$" "$file" ||
        echo "$file:1: no guard VOLO_..._$guard"
done | report 'guards are named for the path'

cat "$work/breaches"
[ ! -s "$work/breaches" ]
