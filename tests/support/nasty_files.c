/* SPDX-License-Identifier: Apache-2.0 */
/* nasty_files FOLDER: writes every malformed model file there, and prints name and expected status.
 */
#include "support/nasty.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    for (size_t i = 0; i < nasty_count(); i++) {
        nasty_write(i, argv[1]);
        printf("%s\t%s\n", nasty_name(i), volo_status_name(nasty_status(i)));
    }
    return 0;
}
