/* SPDX-License-Identifier: Apache-2.0 */
/* The input is a pickle; a sound torch zip is made around it. */
#include "fuzz/fuzz_model.h"
#include "support/model_maker.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static const uint8_t storage[64] = { 1, 2, 3 };
    MakerZip zip = { 0 };

    maker_zip_add(&zip, MAKER_PLAIN, "a/data.pkl", data, bytes);
    maker_zip_add(&zip, MAKER_PLAIN, "a/data/0", storage, 24);
    maker_zip_add(&zip, MAKER_PLAIN, "a/data/1", storage, 16);
    maker_zip_end(&zip, MAKER_PLAIN);
    fuzz_model_open(zip.out.data, zip.out.bytes);
    free(zip.out.data);
    return 0;
}
