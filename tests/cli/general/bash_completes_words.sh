volo-segment --print-options bash >segment
volo-model --print-options bash >model
volo-bench --print-options bash >bench
cat >try <<'END'
. ./segment
. ./model
. ./bench
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
try volo-bench k
try volo-bench kernels --lev
try volo-bench kernels --level v
END
bash try
