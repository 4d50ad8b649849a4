volo-bench gemm -f conv_seg -l base -t 1 --json |
    sed -E 's/("[a-z_]*(gflops|share_of_peak|times_openblas|base|v3|v4)": )[0-9.]+/\1N/
        s/("(cpu|openblas_core|chosen)": ").*"/\1NAME"/; /"v[34]": N/d; s/("base": N),/\1/'
volo-bench gemm -f conv_seg -l base -t 1 | sed -E '1d; s/ +[0-9.]+[ *]/ N/g; s/ +[0-9]+$/ N/'
VOLO_GEMM=own volo-bench gemm -f conv_seg -l base -t 1 --json | grep -E 'openblas|chosen'
