/* SPDX-License-Identifier: Apache-2.0 */
/* Edges: a row of labels is held against shifted rows, one after another, byte by byte. Which are
 * looked at makes a line of even width: radius pixels across straight edges, one less on diagonals.
 */
#include "app/viewer/paint_outline.h"

#include <string.h>

static void mark(const uint8_t *restrict labels, const uint8_t *restrict others, int count,
                 uint8_t *restrict edges)
{
    for (int i = 0; i < count; i++)
        edges[i] |= labels[i] != others[i];
}

void volo_outline_row(const uint8_t *labels, size_t stride, int count, int radius, uint8_t *edges)
{
    memset(edges, 0, (size_t)count);
    for (int i = 1; i <= radius; i++) {
        const size_t down = (size_t)i * stride, right = (size_t)i;

        mark(labels, labels - right, count, edges);
        mark(labels, labels + right, count, edges);
        mark(labels, labels - down, count, edges);
        mark(labels, labels + down, count, edges);
        if (i == radius)
            break;
        mark(labels, labels - down - right, count, edges);
        mark(labels, labels - down + right, count, edges);
        mark(labels, labels + down - right, count, edges);
        mark(labels, labels + down + right, count, edges);
    }
}

void volo_cased_outline_row(const uint8_t *labels, size_t stride, int count, int radius, int casing,
                            uint8_t *restrict room, uint8_t *restrict lines)
{
    volo_outline_row(labels, stride, count, radius, room);
    volo_outline_row(labels, stride, count, radius + casing, lines);
    for (int i = 0; i < count; i++) /* the narrower ones are among the wider ones */
        lines[i] = (uint8_t)(2 * lines[i] - room[i]);
}
