volo-segment --print-options bash >segment
volo-model --print-options bash >model
cat >try <<'END'
. ./segment
. ./model
compopt() { :; }
try()
{
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    COMPREPLY=()
    _${1//-/_}
    echo "$*: ${COMPREPLY[*]}"
}
try volo-segment --cp
try volo-segment --cpu v
try volo-segment -w o
try volo-segment --dataset c
try volo-segment --progress ''
try volo-segment --threads ''
try volo-segment mod
try volo-model v
try volo-model info --inp
try volo-model convert --dtype ''
try volo-model convert in mod
END
bash try
