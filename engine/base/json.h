/* SPDX-License-Identifier: Apache-2.0 */
/* The only door to jansson: strict parsing with a depth limit, and accessors that check types. */
#ifndef VOLO_BASE_JSON_H
#define VOLO_BASE_JSON_H

#include <volo/base.h>

#include <jansson.h>

/* Parses exactly one JSON value: UTF-8, no duplicate keys, nothing after it, depth <= max_depth.
 * name is what messages call it. *ret_json is the caller's (json_decref).
 * Errors: FORMAT with line and column; MEMORY. */
VoloStatus volo_json_parse(const char *name, const char *text, size_t bytes, size_t max_depth,
                           json_t **ret_json, VoloError *err);

/* "2.14": the version of the jansson that is linked. Static. */
const char *volo_json_library(void);

#endif
