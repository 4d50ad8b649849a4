/* SPDX-License-Identifier: Apache-2.0 */
/* What there is to say about a model, as titles and values in groups; any thread. */
#ifndef VOLO_VIEWER_MODEL_FACTS_H
#define VOLO_VIEWER_MODEL_FACTS_H

#include <volo/model.h>

#include <glib.h>

G_BEGIN_DECLS

typedef enum VoloFactGroup {
    VOLO_FACTS_MODEL,   /* what it is */
    VOLO_FACTS_NETWORK, /* how large its parts are */
    VOLO_FACTS_RUNNING, /* how pictures go through it */
    VOLO_FACTS_FILE,
    VOLO_FACT_GROUPS,
} VoloFactGroup;

typedef struct VoloFact {
    VoloFactGroup group;
    const char *title; /* translated; static */
    char *value;       /* UTF-8 */
} VoloFact;

const char *volo_fact_group_title(VoloFactGroup group); /* translated */

/* Of VoloFact *, group by group; the caller unrefs. */
GPtrArray *volo_model_facts(const VoloModel *model);

G_END_DECLS

#endif
