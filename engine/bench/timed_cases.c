/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes as they appear in VOLO-D1 with UPerNet at 512x512 (or 1024x1024, where it says so), for one
 * piece of work of one thread. The cases of kernels/case_table.c are made to be ugly, not large. */
#include "bench/timed_cases.h"

#include <stdlib.h>
#include <string.h>

static const char *const rows[] = {
    "add count=393216",
    "epilogue r=256 c=1152 activation=2 bias=1 residual=0",
    "epilogue r=256 c=384 activation=0 bias=1 residual=1",
    "epilogue r=256 c=512 activation=1 bias=1 residual=0",
    "layernorm r=4096 c=192",
    "layernorm r=1024 c=384",
    "softmax r=55296 c=9",
    "softmax r=64 c=1024",
    "flash_attention r=192 keys=1024 d=32",
    "flash_attention r=192 keys=4096 d=32", /* 1024x1024 */
    "outlook h=64 w=64 heads=6 d=32 first=0 count=64",
    "layernorm_gradient r=64 c=192 add=0",
    "layernorm_gradient r=64 c=384 add=0",
    "flash_attention_gradient r=1024 keys=1024 d=32 add_query=0 add_key=0",
    "outlook_value_gradient h=64 w=64 heads=6 d=32 first=0 count=64 add=0",
    "outlook_score_gradient h=64 w=64 heads=6 d=32 first=0 count=32 add=0",
    "avg_pool2 h=64 w=64 c=192 first=0 count=32",
    "adaptive_pool h=32 w=32 c=384 bins=1",
    "adaptive_pool h=32 w=32 c=384 bins=6",
    "max_pool2 h=32 w=32 c=384 first=0 count=16",
    "max_pool2_gradient h=32 w=32 c=384 first=0 count=16 add=0",
    "add_max r=1024 c=1000",
    "add_max_gradient r=1024 c=1000 add=0",
    "bilinear_row w_in=32 w_out=64 c=512 accumulate=1",
    "bilinear_row w_in=64 w_out=512 c=19 accumulate=0",
    "gather_row h_in=1 w_in=32 h_out=4 w_out=64 c=512 row=0 add=0",
    "gather_row h_in=1 w_in=64 h_out=16 w_out=512 c=19 row=0 add=0",
    "tap_row h_in=32 w_in=32 h_out=64 w_out=64 row=31 accumulate=1",
    "bicubic h_in=32 w_in=32 c=384 h_out=64 w_out=64",
    "argmax_row w=512 c=19",
    "argmax_row w=512 c=150",
    "runners_up_row w=512 c=19",
    "runners_up_row w=512 c=150",
    "entropy_row w=512 c=19",
    "entropy_row w=512 c=150",
    "normalize_row w=512",
    "resize_normalize_row w_in=683 w_out=512",
    "fixed_point_row w_in=683 w_out=512",
    "im2col h=32 w=32 c=64 k=3 stride=1 pad=1 first=0 count=1024",
    "im2col h=128 w=128 c=3 k=7 stride=2 pad=3 first=0 count=4096",
    "gemm_panel r=48 in=192 out=576 activation=2 bias=1 residual=0",
    "gemm_panel r=48 in=384 out=1152 activation=0 bias=0 residual=0",
    "gemm_panel r=48 in=384 out=1152 activation=2 bias=1 residual=0",
    "gemm_panel r=48 in=1152 out=384 activation=0 bias=1 residual=1",
    "gemm_panel r=48 in=1024 out=192 activation=0 bias=1 residual=0",
    "panel_product panels=2 r=48 k=128 accumulate=1",
    "winograd_input h=6 w=6 c=512 row=1 column=1",
    "winograd_weight c=512",
    "channel_sums r=256 c=512",
    "channel_norm r=256 c=512 relu=1",
    "channel_gradient_sums r=256 c=512 relu=1",
    "channel_gradient r=256 c=512 relu=1 add=0",
    "activation_gradient count=294912 activation=2 add=0",
    "turn r=48 c=512",
    "winograd_output activation=1 residual=0 rows=4 columns=4",
    "winograd_output_gradient rows=4 columns=4",
    "winograd_weight_gradient count=512 add=0",
};

const char *volo_timed_row(size_t index)
{
    return index < sizeof rows / sizeof *rows ? rows[index] : NULL;
}

/* The first tested case of the kernel that text begins with; NULL: none. */
static const VoloKernelCase *find_kernel(const char *text)
{
    const size_t length = strcspn(text, " ");
    size_t count;
    const VoloKernelCase *cases = volo_kernel_cases(&count);

    for (size_t i = 0; i < count; i++) {
        const char *name = cases[i].kind->kernel;

        if (strlen(name) == length && memcmp(name, text, length) == 0)
            return &cases[i];
    }
    return NULL;
}

bool volo_timed_parse(const char *row, VoloKernelCase *ret_case)
{
    const VoloKernelCase *like = find_kernel(row);
    VoloKernelCase made = { .kind = like ? like->kind : NULL };

    if (!like)
        return false;
    row += strcspn(row, " ");
    for (size_t i = 0; i < VOLO_CASE_SIZES && like->kind->sizes[i]; i++) {
        const char *name = like->kind->sizes[i];
        char *end;

        if (*row++ != ' ' || strncmp(row, name, strlen(name)) != 0 || row[strlen(name)] != '=')
            return false;
        row += strlen(name) + 1;
        made.size[i] = strtoul(row, &end, 10);
        if (end == row)
            return false;
        row = end;
    }
    *ret_case = made;
    return *row == '\0';
}

static bool has_row(const char *kernel)
{
    const size_t length = strlen(kernel);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strncmp(rows[i], kernel, length) == 0 && rows[i][length] == ' ')
            return true;
    }
    return false;
}

bool volo_timed_case(size_t index, VoloKernelCase *ret_case)
{
    const size_t row_count = sizeof rows / sizeof *rows;
    size_t count;
    const VoloKernelCase *cases = volo_kernel_cases(&count);

    if (index < row_count)
        return volo_timed_parse(rows[index], ret_case);
    index -= row_count;
    for (size_t i = 0; i < count; i++) {
        const bool is_last = i + 1 == count || cases[i + 1].kind != cases[i].kind;

        if (is_last && !has_row(cases[i].kind->kernel) && index-- == 0) {
            *ret_case = cases[i];
            return true;
        }
    }
    return false;
}
