/* SPDX-License-Identifier: Apache-2.0 */
/* What writer and reader of the JSON document agree on, besides docs/eval-result.md. */
#ifndef VOLO_EVAL_RESULT_DOCUMENT_H
#define VOLO_EVAL_RESULT_DOCUMENT_H

#define VOLO_RESULT_SCHEMA "volo-eval-result"
#define VOLO_RESULT_VERSION 1

#endif
