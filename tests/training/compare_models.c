/* SPDX-License-Identifier: Apache-2.0 */
/* compare_models A B LIMIT [PREFIX]: whether two models of f32 numbers have the same tensors (those
 * whose names begin so), each with max |a - b| <= LIMIT · max |b| + 1e-7; prints the worst. */
#include "support/golden_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double difference(const GoldenTensor *a, const GoldenTensor *b)
{
    double largest = 0, worst = 0;

    for (size_t i = 0; i < a->count; i++) {
        largest = fmax(largest, fabs((double)b->f32[i]));
        worst = fmax(worst, fabs((double)a->f32[i] - (double)b->f32[i]));
        if (isnan(a->f32[i]) || isnan(b->f32[i]))
            return (double)INFINITY;
    }
    return fmax(0, worst - 1e-7) / (largest > 0 ? largest : 1);
}

int main(int argc, char **argv)
{
    if (argc != 4 && argc != 5)
        return 2;
    GoldenFile *a = golden_open(argv[1]), *b = golden_open(argv[2]);
    const char *name, *worst_name = "none";
    const char *prefix = argc == 5 ? argv[4] : "";
    double worst = 0;
    size_t count = 0;

    for (size_t i = 0; (name = golden_name(a, i)) != NULL; i++) {
        if (strncmp(name, prefix, strlen(prefix)) != 0)
            continue;
        const GoldenTensor x = golden_get(a, name), y = golden_get(b, name);
        const double here = x.count == y.count ? difference(&x, &y) : (double)INFINITY;

        count++;
        if (here > worst) {
            worst = here;
            worst_name = name;
        }
    }
    printf("%zu tensors, the worst difference is %.3g (%s)\n", count, worst, worst_name);
    const int failed = count == 0 || !(worst <= atof(argv[3]));
    golden_close(a);
    golden_close(b);
    return failed;
}
