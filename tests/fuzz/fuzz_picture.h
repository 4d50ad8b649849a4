/* SPDX-License-Identifier: Apache-2.0 */
/* What the fuzz targets of the picture readers share. */
#ifndef VOLO_TESTS_FUZZ_PICTURE_H
#define VOLO_TESTS_FUZZ_PICTURE_H

#include "fuzz/fuzz_input.h"

#define FUZZ_PIXELS 4096u /* larger pictures are refused, which keeps a search fast */

/* Loads the bytes as a picture. Ends the program when something is not as image.h promises. */
void fuzz_picture_load(const uint8_t *data, size_t bytes);

#endif
