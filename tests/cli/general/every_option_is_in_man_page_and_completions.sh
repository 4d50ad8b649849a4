# The rows are the only source; this sees to it that no printer forgets any.
check()
{
    program=$1
    shift
    for form in man bash zsh fish; do
        $program --print-options $form | sed 's/\\-/-/g' >$form
    done
    for option in $("$@" --help | grep -oE '^ +(-[A-Za-z0-9], )?--[a-z0-9-]+' | grep -oE '[-]-.*'); do
        grep -qe "$option" man || echo "$program: man page without $option"
        grep -qe "$option" bash || echo "$program: bash without $option"
        grep -qe "$option" zsh || echo "$program: zsh without $option"
        grep -qe "-l ${option#--}" fish || echo "$program: fish without $option"
        echo x >>seen
    done
}
check volo-segment volo-segment
for command in info verify convert init; do
    check volo-model volo-model $command
done
for command in run score merge diff confusion datasets; do
    check volo-eval volo-eval $command
done
for command in machine kernels gemm model load; do
    check volo-bench volo-bench $command
done
[ "$(wc -l <seen)" -gt 100 ] && echo complete
