# Every kernel with its naive twin and its limit, at one level.
volo-bench kernels --level base | sed -E '1d; s/ +[0-9.]+/ N/g' | grep -E '^[a-z_0-9]+ |twin' |
    awk '/twin/ { timed++; next } { kernels++ } END { print (timed == kernels && timed > 25) ? "all timed" : timed " " kernels }'
volo-bench kernels -f flash_attention -l base | sed -E '1d; s/ +[0-9.]+ / N /g; s/of .*/of LIMIT/'
