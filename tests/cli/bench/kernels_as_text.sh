# Every kernel with its naive twin and its limit, at one level.
volo-bench kernels --level base >text
sed -E '1d; s/ +[0-9.]+/ N/g' text | grep -E '^[a-z_0-9]+ |twin' |
    awk '/twin/ { timed++; next } { kernels++ } END { print (timed == kernels && timed > 25) ? "all timed" : timed " " kernels }'
awk '/^[a-z_0-9]+ / { wanted = /^flash_attention/ } wanted' text | sed -E 's/ +[0-9.]+ / N /g; s/of .*/of LIMIT/'
