/* SPDX-License-Identifier: Apache-2.0 */
/* Shortest digits by trying: the C library rounds correctly for every number of digits, so the
 * first that reads back is the shortest. At a power of two the neighbour below is half as far as
 * the one above, and there the nearest decimal may miss while the next larger one reads back. */
#include "base/real_text.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_DIGITS = 17,     /* always enough for a double */
    FIXED_FROM = -4,     /* Python's repr writes 0.0001, and 1e-05 */
    FIXED_UP_TO = 15,    /* and 1000000000000000.0, and 1e+16 */
    SCIENTIFIC_SIZE = 40 /* sign, digits, a point of some bytes, exponent */
};

/* A positive number as 0.d1d2d3... x 10^(exponent + 1). */
typedef struct Decimal {
    char digits[MAX_DIGITS + 1];
    int count, exponent;
} Decimal;

/* Of "d.ddde+XX", in which the locale chooses the point. */
static void read_scientific(const char *text, Decimal *d)
{
    d->count = 0;
    for (; *text != 'e'; text++) {
        if (*text >= '0' && *text <= '9')
            d->digits[d->count++] = *text;
    }
    d->exponent = (int)strtol(text + 1, NULL, 10);
}

static bool reads_back(const Decimal *d, double value)
{
    char text[SCIENTIFIC_SIZE];

    snprintf(text, sizeof text, "%.*se%d", d->count, d->digits, d->exponent - d->count + 1);
    return strtod(text, NULL) == value;
}

/* Adds one to the last digit; false when it would carry. */
static bool step_up(Decimal *d)
{
    if (d->digits[d->count - 1] == '9')
        return false;
    d->digits[d->count - 1]++;
    return true;
}

static void find_shortest(double value, Decimal *d)
{
    int exponent;
    const bool power_of_two = frexp(value, &exponent) == 0.5;

    for (int count = 1; count <= MAX_DIGITS; count++) {
        char text[SCIENTIFIC_SIZE];

        snprintf(text, sizeof text, "%.*e", count - 1, value);
        read_scientific(text, d);
        if (reads_back(d, value) || (power_of_two && step_up(d) && reads_back(d, value)))
            return;
    }
}

static size_t put_scientific(const Decimal *d, char *text, size_t size)
{
    const char sign = d->exponent < 0 ? '-' : '+';

    return (size_t)snprintf(text, size, "%c%s%.*se%c%02d", d->digits[0], d->count > 1 ? "." : "",
                            d->count - 1, d->digits + 1, sign, abs(d->exponent));
}

/* Place by place from the first digit, or the ones, down to the last digit, or the tenths. */
static size_t put_fixed(const Decimal *d, char *text)
{
    const int first = d->exponent > 0 ? d->exponent : 0, last = d->exponent - d->count + 1;
    char *end = text;

    for (int place = first; place >= (last < -1 ? last : -1); place--) {
        const int i = d->exponent - place;

        if (place == -1)
            *end++ = '.';
        *end++ = i >= 0 && i < d->count ? d->digits[i] : '0';
    }
    *end = '\0';
    return (size_t)(end - text);
}

size_t volo_real_text(double value, char text[VOLO_REAL_TEXT_SIZE])
{
    char *const start = text;
    Decimal d = { .digits = "0", .count = 1, .exponent = 0 };

    if (isnan(value))
        return (size_t)(stpncpy(text, "NaN", 4) - start);
    if (signbit(value))
        *text++ = '-';
    if (isinf(value))
        return (size_t)(stpncpy(text, "Infinity", 9) - start);
    if (value != 0)
        find_shortest(fabs(value), &d);
    if (d.exponent < FIXED_FROM || d.exponent > FIXED_UP_TO)
        text += put_scientific(&d, text, VOLO_REAL_TEXT_SIZE - 1);
    else
        text += put_fixed(&d, text);
    return (size_t)(text - start);
}
