/* SPDX-License-Identifier: Apache-2.0 */
/* One public header and nothing else, included twice; headers.sh compiles this once for each. */
#include VOLO_HEADER
#include VOLO_HEADER

int volo_header_test(void);

int volo_header_test(void)
{
    return 0;
}
